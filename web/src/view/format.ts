/** Readings, ages and numbers as texts. Times are in `times.ts`. */
import { visible, visibleLines } from "../model/words";
import type { Value } from "../wire";
import type { Times } from "./times";

export interface ValueText {
  /** One line that fits a cell. */
  readonly short: string;
  /** All of it, as katgate sent it. */
  readonly exact: string;
  readonly isNumber: boolean;
}

const NUMERIC_TYPES: readonly string[] = ["integer", "float"];
/** A float's shortest exact decimal has up to 17 digits; nine tell more than a sensor knows. */
const SHOWN_DIGITS = 9;
const LONGEST_CELL = 200;
const LONGEST_TOOLTIP = 2000;

export function formatValue(value: Value, type: string, times: Times): ValueText {
  const isNumber = NUMERIC_TYPES.includes(type);
  if (value === null) return { short: "no reading yet", exact: "no reading yet", isNumber: false };
  if (typeof value === "object") {
    const exact =
      "base64" in value ? `base64 ${value.base64}` : `${value.omitted} bytes, not shown`;
    return { short: clipped(exact), exact, isNumber: false };
  }
  const exact = String(value);
  if (typeof value === "number") {
    if (type === "timestamp") return { short: times.stamp(value), exact, isNumber: false };
    return { short: shortNumber(value), exact, isNumber: true };
  }
  if (exact === "") return { short: "(empty)", exact: "(empty)", isNumber: false };
  // Cut first: a character that is escaped is up to six.
  return { short: clipped(visible(exact.slice(0, LONGEST_CELL + 1))), exact, isNumber };
}

/** `4 s`, `3 min`, `2 h 05 min`, `3 d 4 h`; empty for no age at all. */
export function formatAge(age_s: number | null): string {
  if (age_s === null) return "";
  const s = Math.max(0, Math.floor(age_s)); // clocks differ a little: never "-1 s"
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 24) return `${h} h ${String(min % 60).padStart(2, "0")} min`;
  return `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** What a device says, as the tooltip of what there was no room for. */
export function tooltip(text: string): string {
  return visibleLines(text.slice(0, LONGEST_TOOLTIP));
}

export function count(n: number): string {
  return n.toLocaleString("en");
}

export function shortNumber(value: number): string {
  const exact = String(value);
  if (Number.isInteger(value) || exact.length <= SHOWN_DIGITS + 2) return exact;
  return String(Number(value.toPrecision(SHOWN_DIGITS)));
}

function clipped(text: string): string {
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}
