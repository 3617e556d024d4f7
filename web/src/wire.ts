/**
 * Every message of the `katgate.v1` WebSocket, both ways, as types.
 *
 * What may come in is a `ServerMessage`, made only by `parse.ts`; what goes out is a `Call`.
 * Times are UNIX seconds (UTC) on katgate's clock, but `timestamp` is the device's own.
 */

export const SUB_PROTOCOL = "katgate.v1";

export const STATUSES = [
  "unknown",
  "nominal",
  "warn",
  "error",
  "failure",
  "unreachable",
  "inactive",
] as const;
export type Status = (typeof STATUSES)[number];

export const DEVICE_STATES = [
  "sleeping",
  "connecting",
  "negotiating",
  "syncing",
  "synced",
  "closed",
] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** Bytes that are not valid UTF-8. */
export interface Bytes {
  readonly base64: string;
}
/** Stands for so many bytes that are too long for a message. */
export interface Omitted {
  readonly omitted: number;
}
/** `null`: no reading has come in yet. Integers beyond 2^53 and nan, inf, -inf come as strings. */
export type Value = number | string | boolean | null | Bytes | Omitted;

export type SubId = string | number;
export type CallId = number;

export interface Device {
  readonly name: string;
  readonly address: string;
  readonly state: DeviceState;
  readonly since: number | null;
  readonly protocol: string;
  /** component -> [version, build] */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly sensors: number;
  readonly requests: number;
  readonly reconnects: number;
  readonly error: string | null;
}

/** What a sensor is; its readings come apart. */
export interface Sensor {
  readonly device: string;
  readonly name: string;
  readonly description: string;
  readonly units: string;
  readonly type: string;
}

/** `received` is there in snapshots only. */
export interface ReadingRow {
  readonly sensor: string;
  readonly timestamp: number | null;
  readonly status: Status;
  readonly value: Value;
  readonly received: number | null;
}

/** Problem details (RFC 9457), as far as a person is told of them. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

// --- browser -> katgate -----------------------------------------------------------------------

export interface Params {
  "devices.subscribe": Record<string, never>;
  "sensors.subscribe": { device: string; sensors: string[]; strategy?: string };
  unsubscribe: { sub: SubId };
  ping: Record<string, never>;
}
export type Method = keyof Params;

export interface CallOf<M extends Method> {
  readonly jsonrpc: "2.0";
  readonly id: CallId;
  readonly method: M;
  readonly params: Params[M];
}
/** One call, discriminated by `method`. */
export type Call = { [M in Method]: CallOf<M> }[Method];

export interface Results {
  "devices.subscribe": { readonly sub: SubId; readonly devices: readonly Device[] };
  "sensors.subscribe": {
    readonly sub: SubId;
    readonly seq: number;
    readonly sensors: readonly Sensor[];
  };
  unsubscribe: Record<string, never>;
  ping: Record<string, never>;
}

/** What became of a call. A call that was in flight when the socket closed has no answer. */
export type Answer<M extends Method> =
  | { readonly ok: true; readonly result: Results[M] }
  | { readonly ok: false; readonly problem: Problem };

// --- katgate -> browser -----------------------------------------------------------------------

/** Katgate sends `limits` and `capabilities` with it; nothing here needs them yet. */
export interface Hello {
  readonly kind: "hello";
  readonly version: string;
  readonly epoch: string;
  readonly time: number;
  readonly role: string;
}

export interface Readings {
  readonly kind: "readings";
  readonly sub: SubId;
  /** Number of the last frame this one covers; null on all but the last page of a snapshot. */
  readonly seq: number | null;
  /** Number of the first frame it covers. */
  readonly from: number | null;
  readonly isSnapshot: boolean;
  readonly hasMore: boolean;
  /** How many readings were replaced by newer ones because this browser was slow. */
  readonly conflated: number;
  readonly devices: ReadonlyMap<string, readonly ReadingRow[]>;
}

export interface SensorsChange {
  readonly kind: "sensors";
  readonly sub: SubId;
  readonly added: readonly Sensor[];
  /** [device, sensor] */
  readonly removed: readonly (readonly [string, string])[];
}

export interface DevicesChange {
  readonly kind: "devices";
  readonly sub: SubId;
  readonly devices: readonly Device[];
  /** Names of those that katgate serves no longer. */
  readonly removed: readonly string[];
}

export interface Notice {
  readonly kind: "notice";
  readonly level: string;
  readonly code: string;
  readonly detail: string;
}

export type Notification = Readings | SensorsChange | DevicesChange | Notice;

export type ServerMessage =
  | Hello
  | Notification
  | { readonly kind: "result"; readonly id: CallId; readonly result: unknown }
  /** `id` is null where katgate could not tell which call it was. */
  | { readonly kind: "error"; readonly id: CallId | null; readonly problem: Problem }
  /** Methods of a later katgate, and messages that break the contract: never a reason to stop. */
  | { readonly kind: "ignored"; readonly why: string };
