/** Small questions to what came over the wire, and the small answers. */
import {
  DEVICE_STATES,
  type DeviceState,
  STATUSES,
  type Status,
  type SubId,
  type Value,
} from "./wire";

/** An object with some of a type's fields, of which nothing is known: a misspelt name is an error. */
export type Fields<T> = { readonly [K in keyof T]?: unknown };
export type AnyFields = Readonly<Record<string, unknown>>;

/** Those entries of a list that `parse` could read. */
export function each<T>(list: unknown, parse: (entry: unknown) => T | null): T[] {
  if (!Array.isArray(list)) return [];
  const entries: unknown[] = list;
  return entries.map(parse).filter((entry) => entry !== null);
}

export function isFields<T = AnyFields>(thing: unknown): thing is Fields<T> {
  return typeof thing === "object" && thing !== null && !Array.isArray(thing);
}

export function isNumber(thing: unknown): thing is number {
  return typeof thing === "number";
}

export function isSubId(thing: unknown): thing is SubId {
  return typeof thing === "string" || typeof thing === "number";
}

export function isStatus(thing: unknown): thing is Status {
  return STATUSES.some((status) => status === thing);
}

export function isState(thing: unknown): thing is DeviceState {
  return DEVICE_STATES.some((state) => state === thing);
}

export function isValue(thing: unknown): thing is Value {
  if (thing === null || typeof thing === "boolean") return true;
  if (typeof thing === "number" || typeof thing === "string") return true;
  return isFields(thing) && (typeof thing.base64 === "string" || typeof thing.omitted === "number");
}

export function asNumber(thing: unknown): number | null {
  return typeof thing === "number" ? thing : null;
}

export function asText(thing: unknown): string {
  return typeof thing === "string" ? thing : "";
}

export function textOrNull(thing: unknown): string | null {
  return typeof thing === "string" ? thing : null;
}
