/**
 * Every message of the `katgate.v1` WebSocket, both ways, as the page's own types.
 *
 * What katgate says of them in JSON is in `generated.ts`.
 *
 * What may come in is a `ServerMessage`, made only by `parse.ts`; what goes out is a `Call`.
 * Times are UNIX seconds (UTC) on katgate's clock, but `timestamp` is the device's own.
 */

import type { Base64, DeviceState, Omitted, Status } from "./generated";

export const SUB_PROTOCOL = "katgate.v1";

export type { DeviceState, Omitted, Status } from "./generated";
export { DEVICE_STATES, STATUSES } from "./generated";

/** Bytes that are not valid UTF-8. */
export type Bytes = Base64;
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
  /** How many of them have which status. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  readonly requests: number;
  readonly reconnects: number;
  readonly error: string | null;
  /** It lives inside katgate, which can start and stop it. */
  readonly isHosted: boolean;
  /** Who alone commands it; null: whoever may. */
  readonly lease: Lease | null;
}

/** Times are UNIX seconds. */
export interface Lease {
  readonly holder: string;
  readonly since: number;
  readonly expires: number;
  readonly comment: string;
}

/** What a sensor is; its readings come apart. */
export interface Sensor {
  readonly device: string;
  readonly name: string;
  readonly description: string;
  readonly units: string;
  readonly type: string;
  /** Of a discrete sensor its values, of a number its limits, where the device says them. */
  readonly params: readonly Value[];
}

/** `received` is there in snapshots only. */
export interface ReadingRow {
  readonly sensor: string;
  readonly timestamp: number | null;
  readonly status: Status;
  readonly value: Value;
  readonly received: number | null;
}

/** An argument, or another word of a message. */
export type Word = string | Bytes | Omitted;

/** A request that a device knows, from its `?help`. */
export interface RequestAbout {
  readonly name: string;
  readonly description: string;
  readonly timeoutHint_s: number | null;
  /** It must be confirmed by its name. */
  readonly isDangerous: boolean;
  /** Whether we may send it. */
  readonly isAllowed: boolean;
}

/** What a device said by itself. `time` is when katgate received it. */
export interface Inform {
  readonly device: string;
  readonly time: number;
  readonly name: string;
  readonly arguments: readonly Word[];
}

/** Who asks, at the root of the API. */
export interface Root {
  /** Whether one has to log in at all. */
  readonly hasLogins: boolean;
  readonly user: string | null;
  readonly role: string | null;
  /** When the login ends. */
  readonly expires: number | null;
}

/** Problem details (RFC 9457), as far as a person is told of them. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  /** The device's own words, where it said no. */
  readonly reply: string | null;
  readonly elapsed_s: number | null;
}

/** The last frame that was heard: where a lost subscription goes on. */
export interface Since {
  readonly epoch: string;
  readonly seq: number;
}

// --- browser -> katgate -----------------------------------------------------------------------

export interface Params {
  "devices.subscribe": Record<string, never>;
  "sensors.subscribe": {
    readonly device: string;
    readonly sensors: readonly string[];
    readonly strategy?: string;
    readonly since?: Since;
  };
  "informs.subscribe": {
    readonly device: string;
    readonly names?: readonly string[];
    readonly level?: string;
    readonly since?: Since;
  };
  request: {
    readonly device: string;
    readonly request: string;
    readonly arguments: readonly (string | number | boolean | Bytes)[];
    /** Seconds. */
    readonly timeout?: number;
    /** The request's own name, for one that is dangerous. */
    readonly confirm?: string;
  };
  unsubscribe: { sub: SubId };
  authenticate: { readonly token: string };
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
  "sensors.subscribe": Standing & {
    readonly sensors: readonly Sensor[];
    /** The other sensors follow as `sensors`, before any readings. */
    readonly hasMore: boolean;
  };
  "informs.subscribe": Standing;
  request: { readonly arguments: readonly Word[]; readonly duration_s: number };
  unsubscribe: Record<string, never>;
  authenticate: { readonly user: string; readonly role: string };
  ping: Record<string, never>;
}

/** Where a subscription stands. `isResumed`: it goes on after `since`, nothing was lost. */
export interface Standing {
  readonly sub: SubId;
  readonly epoch: string;
  readonly seq: number;
  readonly isResumed: boolean;
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
  /** Whose session it is, and what they may; null: one has to log in first. */
  readonly user: string | null;
  readonly role: string | null;
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

export interface Informs {
  readonly kind: "informs";
  readonly sub: SubId;
  readonly seq: number;
  readonly informs: readonly Inform[];
  /** How many are left out before these. */
  readonly dropped: number;
}

/** An inform that belongs to a request in flight: its name and its arguments. */
export interface RequestInform {
  readonly kind: "request.inform";
  readonly id: CallId;
  readonly words: readonly Word[];
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

export type Notification = Readings | SensorsChange | Informs | DevicesChange | Notice;

export type ServerMessage =
  | Hello
  | Notification
  | RequestInform
  | { readonly kind: "result"; readonly id: CallId; readonly result: unknown }
  /** `id` is null where katgate could not tell which call it was. */
  | { readonly kind: "error"; readonly id: CallId | null; readonly problem: Problem }
  /** Methods of a later katgate, and messages that break the contract: never a reason to stop. */
  | { readonly kind: "ignored"; readonly why: string };
