/** What is seen on the page, and how katgate is asked for it: by REST and by WebSocket. */

export type Seen =
  | { readonly kind: "sensor"; readonly device: string; readonly sensor: string }
  | {
      readonly kind: "selection";
      /** A name or a glob. */
      readonly device: string;
      readonly sensors: readonly string[];
      readonly strategy: string;
    }
  | {
      readonly kind: "request";
      readonly device: string;
      readonly request: string;
      readonly arguments: readonly string[];
      readonly timeout_s: number | null;
      /** Dangerous: its name is given along. */
      readonly isConfirmed: boolean;
    }
  | {
      readonly kind: "informs";
      /** A name or a glob. */
      readonly device: string;
      readonly names: readonly string[];
      readonly level: string | null;
    };

/** Of REST; readings of a selection are a stream of server-sent events. */
export function restUrl(seen: Seen, base: string): string {
  const api = apiUrl(base);
  const device = part(seen.device);
  switch (seen.kind) {
    case "sensor":
      return `${api}/devices/${device}/sensors/${part(seen.sensor)}`;
    case "selection": {
      const sensors = seen.sensors.map((sensor) => `&sensors=${part(sensor)}`).join("");
      return `${api}/stream?device=${device}${sensors}&strategy=${part(seen.strategy)}`;
    }
    case "request":
      return `${api}/devices/${device}/requests/${part(seen.request)}`;
    case "informs": {
      const names = seen.names.map((name) => `&name=${part(name)}`).join("");
      const level = seen.level === null ? "" : `&level=${part(seen.level)}`;
      return `${api}/devices/${device}/informs?limit=1000${names}${level}`;
    }
    default:
      return seen satisfies never;
  }
}

/** The body of the `POST` of a request. */
export function bodyOf(seen: Seen & { kind: "request" }) {
  return {
    arguments: seen.arguments,
    ...(seen.timeout_s !== null && { timeout: seen.timeout_s }),
    ...(seen.isConfirmed && { confirm: seen.request }),
  };
}

/** The JSON-RPC call of the WebSocket. */
export function callOf(seen: Seen) {
  const call = { jsonrpc: "2.0", id: 1 };
  switch (seen.kind) {
    case "sensor":
      return subscribe(seen.device, [seen.sensor], "event");
    case "selection":
      return subscribe(seen.device, seen.sensors, seen.strategy);
    case "request": {
      const { device, request } = seen;
      return { ...call, method: "request", params: { device, request, ...bodyOf(seen) } };
    }
    case "informs": {
      const { device, names, level } = seen;
      const params = {
        device,
        ...(names.length > 0 && { names }),
        ...(level !== null && { level }),
      };
      return { ...call, method: "informs.subscribe", params };
    }
    default:
      return seen satisfies never;
  }
}

function subscribe(device: string, sensors: readonly string[], strategy: string) {
  return {
    jsonrpc: "2.0",
    id: 1,
    method: "sensors.subscribe",
    params: { device, sensors, strategy },
  };
}

export function socketUrl(base: string): string {
  return `${apiUrl(base).replace(/^http/, "ws")}/ws`;
}

function apiUrl(base: string): string {
  const url = new URL("api/v1", base);
  return `${url.origin}${url.pathname}`;
}

/** JSON whose every character can be seen. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Within a URL: also what `encodeURIComponent` lets pass, and halves of characters. */
function part(text: string): string {
  const whole = text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
  return encodeURIComponent(whole).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
