/**
 * What katgate says, on the WebSocket and over REST: its types as JSON has them.
 *
 * Generated: `python web/wire_types.py` writes this file anew from katgate/api/wire*.py. Nothing here is checked when
 * it comes in; that is for `parse.ts`. Members that katgate may leave out are optional. Times are UNIX seconds (UTC)
 * on katgate's clock, but `timestamp` is the device's own.
 */

/** The state of a reading. Only nominal, warn and error promise a usable value. */
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

/** Where a connection is on its way. */
export const DEVICE_STATES = [
  "sleeping",
  "connecting",
  "negotiating",
  "syncing",
  "synced",
  "closed",
] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** Bytes that are not UTF-8. */
export interface Base64 {
  readonly base64: string;
}

/**
 * What somebody did or was refused. `what` is request, login, logout, refused, lease, hosting,
 * reload or browser (one was thrown out).
 *
 * `number` counts; `time` is RFC 3339, UTC. `user`, `role` and `how` are null of somebody unknown,
 * and of what katgate did by itself; `how` is by what they are known. `arguments` is null where
 * they are left out. `why` is a code, `detail` for people. `duration` is in seconds. `count`: so
 * many equal ones within a second.
 */
export interface AuditRecord {
  readonly number: number;
  readonly time: string;
  readonly what: string;
  readonly user: string | null;
  readonly role: string | null;
  readonly how: string | null;
  readonly address: string | null;
  readonly device: string | null;
  readonly request: string | null;
  readonly arguments: readonly string[] | null;
  readonly outcome:
    | "ok"
    | "failed"
    | "invalid"
    | "timeout"
    | "lost"
    | "cancelled"
    | "unsent"
    | "refused";
  readonly why: string | null;
  readonly detail: string | null;
  readonly duration: number | null;
  readonly count: number;
}

/** Stands for so many bytes that are too long for a message (`fitting.py`). */
export interface Omitted {
  readonly omitted: number;
}

/** A reading. Times are UNIX seconds; `received` is when katgate got it. */
export interface ReadingJson {
  readonly timestamp: number;
  readonly status: Status;
  readonly value: boolean | number | string | Base64;
  readonly received?: number | null;
}

/**
 * A sensor; `device` where sensors of several devices stand together; `reading`, and the strategy
 * by which the device samples it (null while that is away), where they are asked for.
 */
export interface SensorJson {
  readonly name: string;
  readonly description: string;
  readonly units: string;
  readonly type: string;
  readonly params: readonly (boolean | number | string | Base64)[];
  readonly device?: string;
  readonly reading?: ReadingJson | null;
  readonly sampling?: string | null;
}

/** The KATCP version that a device speaks. */
export interface ProtocolJson {
  readonly major: number;
  readonly minor: number;
  readonly flags: string;
}

/** Who alone commands a device. Times are UNIX seconds. */
export interface LeaseJson {
  readonly holder: string;
  readonly since: number;
  readonly expires: number;
  readonly comment: string;
}

/** The lease of a device; null: whoever may command it. */
export interface LeaseOf {
  readonly lease: LeaseJson | null;
}

/**
 * A device as it is now. `statuses` says how many of its sensors have each status, of those that
 * any has; one without a reading counts as unknown.
 */
export interface DeviceJson {
  readonly name: string;
  readonly address: string;
  readonly state: DeviceState;
  readonly since: number;
  readonly protocol: ProtocolJson | null;
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly sensors: number;
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  readonly requests: number;
  readonly reconnects: number;
  readonly error: string | null;
  readonly hosted: boolean;
  readonly lease: LeaseJson | null;
}

/**
 * What reading the configuration again has changed: names of devices. `needs_restart` has options
 * that count from the next start on.
 */
export interface ReloadJson {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly needs_restart: readonly string[];
}

/** A request that a device knows, from its `?help`. */
export interface RequestJson {
  readonly name: string;
  readonly description: string;
  readonly timeout_hint: number | null;
  readonly dangerous: boolean;
  readonly allowed: boolean;
}

/**
 * A request that the device answered `ok`. So many informs as `omitted` says are not repeated here.
 */
export interface ResultJson {
  readonly device: string;
  readonly request: string;
  readonly ok: boolean;
  readonly arguments: readonly Word[];
  readonly informs: readonly (readonly (string | Base64)[])[];
  readonly duration: number;
  readonly omitted?: number;
}

/** An asynchronous inform that was received. */
export interface InformJson {
  readonly seq: number;
  readonly received: number;
  readonly name: string;
  readonly arguments: readonly (string | Base64)[];
}

/** How much there is that the one who asks may see. */
export interface CountsJson {
  readonly devices: number;
  readonly sensors: number;
}

/**
 * `GET /api/v1`. `login`: whether one has to log in at all. The rest is for those who have; `user`
 * and `role` are null for others. `expires` is when the login ends, if it does, in UNIX seconds.
 */
export interface RootJson {
  readonly name: string;
  readonly login: boolean;
  readonly user: string | null;
  readonly role: string | null;
  readonly version?: string;
  readonly epoch?: string;
  readonly counts?: CountsJson | null;
  readonly expires?: number | null;
}

/** Who somebody is who has logged in, and until when, in UNIX seconds; null: for ever. */
export interface LoginJson {
  readonly user: string;
  readonly role: string;
  readonly expires: number | null;
}

/**
 * Records, newest first; `next` is the number to go on `before`, null if there are no more.
 * `unwritten`: how many could not be written to the audit file since katgate was started.
 */
export interface AuditJson {
  readonly records: readonly AuditRecord[];
  readonly next: number | null;
  readonly unwritten: number;
}

/**
 * A browser's socket or event stream. `since` is UNIX seconds.
 *
 * `user` and `role` are null where nobody has logged in. So many bytes as `queued` says wait for it
 * in katgate, and for `lag` seconds it has not come to the end of what is due to it. `messages` and
 * `bytes` are what it was sent, `readings` those in them besides snapshots; because it was slow,
 * `conflated` readings were replaced by newer ones and `dropped` informs left out. `subscriptions`
 * has how many there are of each method.
 */
export interface BrowserJson {
  readonly id: number;
  readonly kind: "websocket" | "events";
  readonly user: string | null;
  readonly role: "viewer" | "operator" | "admin" | null;
  readonly address: string;
  readonly agent: string;
  readonly since: number;
  readonly subscriptions: Readonly<Record<string, number>>;
  readonly queued: number;
  readonly lag: number;
  readonly messages: number;
  readonly bytes: number;
  readonly readings: number;
  readonly conflated: number;
  readonly dropped: number;
}

/** All browsers, the oldest first. */
export interface BrowserListJson {
  readonly browsers: readonly BrowserJson[];
}

/** What katgate says without being asked. */
export interface Notification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params: unknown;
}

/** The answer to a call. */
export interface Result {
  readonly jsonrpc: "2.0";
  readonly id: string | number;
  readonly result: unknown;
}

/** What went wrong, with the problem details as `data`. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** The answer to a call that failed; `id` is null where none could be read. */
export interface ErrorAnswer {
  readonly jsonrpc: "2.0";
  readonly id: string | number | null;
  readonly error: RpcError;
}

/**
 * The first message on a socket. Who has not logged in, whose `user` and `role` are null, may only
 * `authenticate` and `ping`.
 */
export interface Hello {
  readonly version: string;
  readonly epoch: string;
  readonly time: number;
  readonly user: string | null;
  readonly role: string | null;
  readonly limits: Readonly<Record<string, number>>;
  readonly capabilities: readonly string[];
}

/** The result of `authenticate`. */
export interface Authenticated {
  readonly user: string;
  readonly role: string;
}

/** `notice`: what concerns the connection itself. Levels are info and warn. */
export interface Notice {
  readonly level: string;
  readonly code: string;
  readonly detail: string;
}

/** The result of `informs.subscribe`. */
export interface InformsSubscribed {
  readonly sub: number;
  readonly epoch: string;
  readonly seq: number;
  readonly resumed: boolean;
}

/**
 * `devices`: those that changed, and the names of those that were removed; in an answer, all there
 * are.
 */
export interface Devices {
  readonly sub: number;
  readonly devices: readonly DeviceJson[];
  readonly removed?: readonly string[];
}

/**
 * `informs`: what devices said by themselves, `[device, time, name, argument, ...]` each, oldest
 * first.
 */
export interface Informs {
  readonly sub: number;
  readonly seq: number;
  readonly informs: readonly InformRow[];
  readonly dropped?: number;
}

/**
 * One of `subscriptions`: what was wished, and how it goes. `waiting` messages are due to this
 * browser; so many names or patterns as `omitted` says are not shown.
 */
export interface Subscription {
  readonly sub: number;
  readonly method: string;
  readonly seq: number;
  readonly waiting: number;
  readonly device?: string;
  readonly sensors?: readonly string[] | null;
  readonly names?: readonly string[] | null;
  readonly level?: string | null;
  readonly strategy?: string;
  readonly dropped?: number;
  readonly omitted?: number;
}

/** The result of `subscriptions`: all live ones of this connection. */
export interface Subscriptions {
  readonly subscriptions: readonly Subscription[];
}

/**
 * `request.inform`: an inform of a request that is in flight, `[name, argument, ...]`; `id` is the
 * call's.
 */
export interface RequestInform {
  readonly id: string | number;
  readonly inform: readonly Word[];
}

/**
 * The result of `sensors.subscribe`. With `more`, further sensors follow as `sensors` before the
 * snapshot.
 */
export interface Subscribed {
  readonly sub: number;
  readonly epoch: string;
  readonly seq: number;
  readonly strategy: string;
  readonly sensors: readonly SensorJson[];
  readonly resumed: boolean;
  readonly more?: boolean;
}

/** An argument of a message. */
export type Word = string | Base64 | Omitted;

/** An inform that came by itself; the time is when katgate received it. */
export type InformRow = readonly [device: string, time: number, name: string, ...words: Word[]];
