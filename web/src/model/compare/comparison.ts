/**
 * What a sensor's values over many devices come to, and which of them stand out.
 *
 * Numbers by their median, and the median of the distances from it: a few that are far off move
 * neither. Texts by the most common one.
 */
import type { Device, Status, Value } from "../../wire";
import { ABNORMAL } from "../sensors/sensors";

export interface OneOfMany {
  readonly device: string;
  readonly value: Value;
  readonly status: Status;
}

export type Comparison =
  | {
      readonly kind: "numbers";
      readonly lowest: number;
      readonly median: number;
      readonly highest: number;
      readonly unusual: ReadonlySet<string>;
    }
  | {
      readonly kind: "texts";
      /** Most common first. */
      readonly counts: readonly (readonly [text: string, n: number])[];
      readonly unusual: ReadonlySet<string>;
    }
  | { readonly kind: "nothing"; readonly unusual: ReadonlySet<string> };

/** As far from the median as no ordinary scatter goes: about 5 standard deviations. */
const FAR = 7.5;
/** Of so many one always stands out. */
const FEW = 4;

export function compare(all: readonly OneOfMany[]): Comparison {
  const read = all.filter(({ value, status }) => value !== null && status !== "unreachable");
  if (read.length === 0) return { kind: "nothing", unusual: new Set() };
  const numbers = read.flatMap(({ device, value }) =>
    typeof value === "number" ? [{ device, value }] : [],
  );
  return numbers.length > read.length / 2 ? ofNumbers(numbers, read) : ofTexts(read);
}

/** Where a value lies between the lowest and the highest, 0 to 1; null: it has no place there. */
export function placeOf(value: Value, comparison: Comparison): number | null {
  if (comparison.kind !== "numbers" || typeof value !== "number") return null;
  const { lowest, highest } = comparison;
  return highest > lowest ? (value - lowest) / (highest - lowest) : 0.5;
}

/** Devices of one kind, as globs over those that differ in their numbers only, largest first. */
export function families(devices: readonly Device[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const { name } of devices) sizes.set(familyOf(name), (sizes.get(familyOf(name)) ?? 0) + 1);
  return [...sizes]
    .filter(([family, n]) => n > 1 && family.includes("*"))
    .sort((a, b) => b[1] - a[1])
    .map(([family]) => family);
}

/** `m*` of `m063`; a name without a number is its own family. */
export function familyOf(device: string): string {
  return device.replace(/\d+/g, "*");
}

/** Whether somebody should look at it, for its status or because it stands out. */
export function callsFor({ device, status }: OneOfMany, comparison: Comparison): boolean {
  return ABNORMAL.includes(status) || comparison.unusual.has(device);
}

function ofNumbers(
  numbers: readonly { device: string; value: number }[],
  read: readonly OneOfMany[],
): Comparison {
  const sorted = numbers.map(({ value }) => value).sort((a, b) => a - b);
  const median = middleOf(sorted);
  const distances = sorted.map((value) => Math.abs(value - median)).sort((a, b) => a - b);
  const far = FAR * middleOf(distances);
  // 0 where most are equal: anything else would stand out.
  const isTelling = numbers.length > FEW;
  const unusual = read.filter(({ value }) =>
    // `nan` among numbers stands out, too.
    typeof value === "number" ? far > 0 && Math.abs(value - median) > far : true,
  );
  return {
    kind: "numbers",
    lowest: sorted[0] ?? median,
    median,
    highest: sorted.at(-1) ?? median,
    unusual: new Set(isTelling ? unusual.map(({ device }) => device) : []),
  };
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? upper) + upper) / 2 : upper;
}

function ofTexts(all: readonly OneOfMany[]): Comparison {
  const devices = new Map<string, string[]>();
  for (const { device, value } of all) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    devices.set(text, [...(devices.get(text) ?? []), device]);
  }
  const common = [...devices].sort((a, b) => b[1].length - a[1].length);
  const [first] = common;
  // Where all differ, as serial numbers do, none stands out.
  const isTelling = first !== undefined && first[1].length > all.length / 2;
  const unusual = isTelling ? common.slice(1).flatMap(([, names]) => names) : [];
  return {
    kind: "texts",
    counts: common.map(([text, names]) => [text, names.length] as const),
    unusual: new Set(unusual),
  };
}
