/** Devices, sensors, readings and informs, as they came over the wire, to the types of `wire.ts`. */
import type {
  DeviceJson,
  InformJson,
  LeaseJson,
  ProtocolJson,
  RequestJson,
  SensorJson,
} from "./generated";
import {
  asNumber,
  asText,
  each,
  isFields,
  isNumber,
  isState,
  isStatus,
  isValue,
  textOrNull,
} from "./parse_parts";
import {
  type Device,
  type Inform,
  type Lease,
  type ReadingRow,
  type RequestAbout,
  type Sensor,
  STATUSES,
  type Word,
} from "./wire";

export function readings(devices: unknown): Map<string, readonly ReadingRow[]> {
  const rows = new Map<string, readonly ReadingRow[]>();
  if (!isFields(devices)) return rows;
  for (const [name, list] of Object.entries(devices)) rows.set(name, each(list, readingRow));
  return rows;
}

/** `[device, time, name, argument, ...]` */
export function inform(entry: unknown): Inform | null {
  if (!Array.isArray(entry)) return null;
  const [device, time, name, ...words]: unknown[] = entry;
  if (typeof device !== "string" || !isNumber(time) || typeof name !== "string") return null;
  return { device, time, name, arguments: each(words, word) };
}

/** As REST has it. */
export function informOf(device: string, entry: unknown): Inform | null {
  if (!isFields<InformJson>(entry)) return null;
  if (!isNumber(entry.received) || typeof entry.name !== "string") return null;
  return { device, time: entry.received, name: entry.name, arguments: each(entry.arguments, word) };
}

export function word(entry: unknown): Word | null {
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

export function sensor(entry: unknown): Sensor | null {
  if (!isFields<SensorJson>(entry) || typeof entry.name !== "string") return null;
  return {
    device: asText(entry.device),
    name: entry.name,
    description: asText(entry.description),
    units: asText(entry.units),
    type: asText(entry.type),
    params: each(entry.params, (param) => (isValue(param) ? param : null)),
  };
}

export function device(entry: unknown): Device | null {
  if (!isFields<DeviceJson>(entry) || typeof entry.name !== "string" || !isState(entry.state))
    return null;
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
    lease: lease(entry.lease),
  };
}

function lease(entry: unknown): Lease | null {
  if (!isFields<LeaseJson>(entry) || typeof entry.holder !== "string") return null;
  if (!isNumber(entry.expires)) return null;
  return {
    holder: entry.holder,
    since: asNumber(entry.since) ?? 0,
    expires: entry.expires,
    comment: asText(entry.comment),
  };
}

export function requestAbout(entry: unknown): RequestAbout | null {
  if (!isFields<RequestJson>(entry) || typeof entry.name !== "string") return null;
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
  if (!isFields<ProtocolJson>(entry) || !isNumber(entry.major)) return "";
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

export function textPair(entry: unknown): readonly [string, string] | null {
  if (!Array.isArray(entry)) return null;
  const [first, second]: unknown[] = entry;
  return typeof first === "string" && typeof second === "string" ? [first, second] : null;
}
