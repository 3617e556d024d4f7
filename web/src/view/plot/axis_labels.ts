/** Texts of the axes: 24 hours, in UTC or local time; numbers as short as tells them apart. */
import type { TimeZone } from "../../model/settings";

/**
 * A date whose *local* fields are the time in the zone: what uPlot places its ticks by. Wrong
 * for the hour in which summer time begins or ends, where no tick is worth more.
 */
export function zonedDate(time: number, zone: TimeZone): Date {
  const date = new Date(time * 1000);
  return zone === "local" ? date : new Date(time * 1000 + date.getTimezoneOffset() * 60_000);
}

/** One label a tick; the first one and each that begins another day say the date below. */
export function timeLabels(ticks: readonly number[], step_s: number, zone: TimeZone): string[] {
  let dayBefore = "";
  return ticks.map((tick) => {
    const date = zonedDate(tick, zone);
    if (Number.isNaN(date.getTime())) return "";
    const day = dayOf(date);
    const label = step_s >= 86_400 ? day : clock(date, step_s);
    const isNewDay = day !== dayBefore && step_s < 86_400;
    dayBefore = day;
    return isNewDay ? `${label}\n${day}` : label;
  });
}

/** More do not fit beside the axis. */
const LONGEST_LABEL = 7;

/** Where the numbers get long, the lowest is said in full and the others by what is more. */
export function numberLabels(ticks: readonly number[], step: number): string[] {
  const labels = ticks.map((tick) => numberLabel(tick, step));
  const [lowest = 0] = ticks;
  if (labels.every((label) => label.length <= LONGEST_LABEL)) return labels;
  return labels.map((label, place) =>
    place === 0 ? inTwoLines(label) : `+${numberLabel((ticks[place] ?? 0) - lowest, step)}`,
  );
}

function inTwoLines(label: string): string {
  if (label.length <= LONGEST_LABEL) return label;
  const middle = Math.ceil(label.length / 2);
  return `${label.slice(0, middle)}\n${label.slice(middle)}`;
}

function numberLabel(value: number, step: number): string {
  const size = Math.abs(value);
  if (size < step / 2) return "0";
  const digits = Math.min(17, Math.max(1, Math.ceil(Math.log10(size / step) + 1.001)));
  const rounded = Number(value.toPrecision(digits));
  const scientific = rounded.toExponential().replace("e+", "e");
  const plain = String(rounded);
  return scientific.length < plain.length ? scientific : plain;
}

function clock(date: Date, step_s: number): string {
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step_s >= 60) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return step_s >= 1 ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function dayOf(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
