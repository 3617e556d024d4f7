/**
 * From what came over the wire to the types of `wire.ts`. Nothing is believed unseen.
 *
 * A message that lacks what it cannot do without becomes `ignored`; a bad row or entry is left
 * out and the rest kept; what is only for show gets an empty text.
 */
import {
  DEVICE_STATES,
  type Device,
  type DeviceState,
  type Inform,
  type Method,
  type Problem,
  type ReadingRow,
  type RequestAbout,
  type Results,
  type Sensor,
  type ServerMessage,
  STATUSES,
  type Standing,
  type Status,
  type SubId,
  type Value,
  type Word,
} from "./wire";

type Fields = Readonly<Record<string, unknown>>;

/** Read one text frame. Never throws. */
export function parseMessage(text: string): ServerMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return ignored("not JSON");
  }
  if (!isFields(message)) return ignored("not an object");
  if (typeof message.method === "string") return notification(message.method, message.params);
  if (isFields(message.error)) {
    const id = typeof message.id === "number" ? message.id : null;
    return { kind: "error", id, problem: problem(message.error) };
  }
  if (typeof message.id === "number") {
    return { kind: "result", id: message.id, result: message.result };
  }
  return ignored("neither call nor answer");
}

/** Read the answer to `GET devices/{device}/requests`. */
export function parseRequests(answer: unknown): RequestAbout[] {
  return isFields(answer) ? each(answer.requests, requestAbout) : [];
}

/** Read the answer to `GET devices/{device}/sensors`. */
export function parseSensors(answer: unknown): Sensor[] {
  return isFields(answer) ? each(answer.sensors, sensor) : [];
}

/** Read problem details, as REST answers them. */
export function parseProblem(details: unknown): Problem {
  const message = isFields(details) ? asText(details.title) : "";
  return problem({ message, data: details });
}

/** Read the result of a call, or null if it is not what the contract says. */
export function parseResult<M extends Method>(method: M, result: unknown): Results[M] | null {
  return RESULTS[method](result);
}

const RESULTS: { [M in Method]: (result: unknown) => Results[M] | null } = {
  "devices.subscribe": (result) => {
    if (!isFields(result) || !isSubId(result.sub)) return null;
    return { sub: result.sub, devices: each(result.devices, device) };
  },
  "sensors.subscribe": (result) => {
    const stands = standing(result);
    if (stands === null || !isFields(result)) return null;
    return { ...stands, sensors: each(result.sensors, sensor), hasMore: result.more === true };
  },
  "informs.subscribe": standing,
  request: (result) => {
    if (!isFields(result)) return null;
    const duration_s = asNumber(result.duration) ?? 0;
    return { arguments: each(result.arguments, word), duration_s };
  },
  unsubscribe: () => ({}),
  ping: () => ({}),
};

function standing(result: unknown): Standing | null {
  if (!isFields(result) || !isSubId(result.sub) || !isNumber(result.seq)) return null;
  const isResumed = result.resumed === true;
  return { sub: result.sub, epoch: asText(result.epoch), seq: result.seq, isResumed };
}

function notification(method: string, params: unknown): ServerMessage {
  if (!isFields(params)) return ignored(`${method} without params`);
  switch (method) {
    case "hello":
      if (!isNumber(params.time)) return ignored("hello without time");
      return {
        kind: "hello",
        version: asText(params.version),
        epoch: asText(params.epoch),
        time: params.time,
        role: asText(params.role),
      };
    case "readings":
      if (!isSubId(params.sub)) return ignored("readings without sub");
      return {
        kind: "readings",
        sub: params.sub,
        seq: asNumber(params.seq),
        from: asNumber(params.from) ?? asNumber(params.seq),
        isSnapshot: params.snapshot === true,
        hasMore: params.more === true,
        conflated: asNumber(params.conflated) ?? 0,
        devices: readings(params.readings),
      };
    case "sensors":
      if (!isSubId(params.sub)) return ignored("sensors without sub");
      return {
        kind: "sensors",
        sub: params.sub,
        added: each(params.added, sensor),
        removed: each(params.removed, textPair),
      };
    case "informs":
      if (!isSubId(params.sub) || !isNumber(params.seq))
        return ignored("informs without sub or seq");
      return {
        kind: "informs",
        sub: params.sub,
        seq: params.seq,
        informs: each(params.informs, inform),
        dropped: asNumber(params.dropped) ?? 0,
      };
    case "request.inform":
      if (!isNumber(params.id)) return ignored("request.inform without id");
      return { kind: "request.inform", id: params.id, words: each(params.inform, word) };
    case "devices":
      if (!isSubId(params.sub)) return ignored("devices without sub");
      return {
        kind: "devices",
        sub: params.sub,
        devices: each(params.devices, device),
        removed: each(params.removed, textOrNull),
      };
    case "notice":
      return {
        kind: "notice",
        level: asText(params.level),
        code: asText(params.code),
        detail: asText(params.detail),
      };
    default:
      return ignored(`method ${method}`);
  }
}

function problem(error: Fields): Problem {
  const details = isFields(error.data) ? error.data : {};
  const message = asText(error.message) || "katgate gave no reason";
  return {
    code: asText(details.code),
    detail: asText(details.detail) || message,
    reply: textOrNull(details.reply),
    elapsed_s: asNumber(details.elapsed),
  };
}

function readings(devices: unknown): Map<string, readonly ReadingRow[]> {
  const rows = new Map<string, readonly ReadingRow[]>();
  if (!isFields(devices)) return rows;
  for (const [name, list] of Object.entries(devices)) rows.set(name, each(list, readingRow));
  return rows;
}

/** `[device, time, name, argument, ...]` */
function inform(entry: unknown): Inform | null {
  if (!Array.isArray(entry)) return null;
  const [device, time, name, ...words]: unknown[] = entry;
  if (typeof device !== "string" || !isNumber(time) || typeof name !== "string") return null;
  return { device, time, name, arguments: each(words, word) };
}

function word(entry: unknown): Word | null {
  if (typeof entry === "string") return entry;
  return isValue(entry) && typeof entry === "object" ? entry : null;
}

/** `[sensor, timestamp, status, value]`, in snapshots with `received` behind. */
function readingRow(row: unknown): ReadingRow | null {
  if (!Array.isArray(row)) return null;
  const [name, timestamp, status, value, received]: unknown[] = row;
  if (typeof name !== "string" || !isStatus(status) || !isValue(value)) return null;
  return {
    sensor: name,
    timestamp: asNumber(timestamp),
    status,
    value,
    received: asNumber(received),
  };
}

function sensor(entry: unknown): Sensor | null {
  if (!isFields(entry) || typeof entry.name !== "string") return null;
  return {
    device: asText(entry.device),
    name: entry.name,
    description: asText(entry.description),
    units: asText(entry.units),
    type: asText(entry.type),
    params: each(entry.params, (param) => (isValue(param) ? param : null)),
  };
}

function device(entry: unknown): Device | null {
  if (!isFields(entry) || typeof entry.name !== "string" || !isState(entry.state)) return null;
  return {
    name: entry.name,
    address: asText(entry.address),
    state: entry.state,
    since: asNumber(entry.since),
    protocol: protocol(entry.protocol),
    versions: versions(entry.versions),
    sensors: asNumber(entry.sensors) ?? 0,
    statuses: statuses(entry.statuses),
    requests: asNumber(entry.requests) ?? 0,
    reconnects: asNumber(entry.reconnects) ?? 0,
    error: textOrNull(entry.error),
    isHosted: entry.hosted === true,
  };
}

function requestAbout(entry: unknown): RequestAbout | null {
  if (!isFields(entry) || typeof entry.name !== "string") return null;
  return {
    name: entry.name,
    description: asText(entry.description),
    timeoutHint_s: asNumber(entry.timeout_hint),
    isDangerous: entry.dangerous === true,
    isAllowed: entry.allowed !== false,
  };
}

function statuses(entry: unknown): Device["statuses"] {
  if (!isFields(entry)) return {};
  const counts = STATUSES.map((status) => [status, asNumber(entry[status]) ?? 0] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** As KATCP writes it: `5.0-IM`. Empty until the device has said it. */
function protocol(entry: unknown): string {
  if (!isFields(entry) || !isNumber(entry.major)) return "";
  const flags = Array.isArray(entry.flags) ? each(entry.flags, textOrNull).join("") : entry.flags;
  const version = `${entry.major}.${asNumber(entry.minor) ?? 0}`;
  return typeof flags === "string" && flags !== "" ? `${version}-${flags}` : version;
}

function versions(entry: unknown): Record<string, readonly string[]> {
  if (!isFields(entry)) return {};
  return Object.fromEntries(
    Object.entries(entry).map(([component, parts]) => [component, each(parts, textOrNull)]),
  );
}

function textPair(entry: unknown): readonly [string, string] | null {
  if (!Array.isArray(entry)) return null;
  const [first, second]: unknown[] = entry;
  return typeof first === "string" && typeof second === "string" ? [first, second] : null;
}

// --- small questions --------------------------------------------------------------------------

function ignored(why: string): ServerMessage {
  return { kind: "ignored", why };
}

/** Those entries of a list that `parse` could read. */
function each<T>(list: unknown, parse: (entry: unknown) => T | null): T[] {
  if (!Array.isArray(list)) return [];
  const entries: unknown[] = list;
  return entries.map(parse).filter((entry) => entry !== null);
}

function isFields(thing: unknown): thing is Fields {
  return typeof thing === "object" && thing !== null && !Array.isArray(thing);
}

function isNumber(thing: unknown): thing is number {
  return typeof thing === "number";
}

function isSubId(thing: unknown): thing is SubId {
  return typeof thing === "string" || typeof thing === "number";
}

function isStatus(thing: unknown): thing is Status {
  return STATUSES.some((status) => status === thing);
}

function isState(thing: unknown): thing is DeviceState {
  return DEVICE_STATES.some((state) => state === thing);
}

function isValue(thing: unknown): thing is Value {
  if (thing === null || typeof thing === "boolean") return true;
  if (typeof thing === "number" || typeof thing === "string") return true;
  return isFields(thing) && (typeof thing.base64 === "string" || typeof thing.omitted === "number");
}

function asNumber(thing: unknown): number | null {
  return typeof thing === "number" ? thing : null;
}

function asText(thing: unknown): string {
  return typeof thing === "string" ? thing : "";
}

function textOrNull(thing: unknown): string | null {
  return typeof thing === "string" ? thing : null;
}
