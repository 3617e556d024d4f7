/**
 * What a plot shows, as CSV (RFC 4180): one reading a line, values exactly as they came.
 *
 * Of history that was thinned there are the extremes that were kept. Gaps are lines without a
 * value; what was only held by us is not there.
 */

import { nameText, type SensorName } from "../sensors/sensor_name";
import type { FixedRange } from "./plot_range";
import { SEVERAL } from "./state_trace";
import type { AnyTrace } from "./traces";

const HEAD = ["time", "unix_s", "sensor", "units", "status", "value"];

export interface CsvSource {
  readonly name: SensorName;
  readonly units: string;
  readonly trace: AnyTrace;
}

export function plotCsv(sources: readonly CsvSource[], range: FixedRange): string {
  const lines = sources.flatMap((source) => linesOf(source, range));
  return [HEAD, ...lines].map((fields) => `${fields.map(quoted).join(",")}\r\n`).join("");
}

function linesOf({ name, units, trace }: CsvSource, { from, to }: FixedRange): string[][] {
  const lines: string[][] = [];
  // A state that began before is in force still.
  const begin = trace.kind === "state" ? Math.max(0, trace.indexAt(from)) : trace.firstFrom(from);
  for (let index = begin; index < trace.size; index += 1) {
    const time = trace.times[index] ?? Number.NaN;
    if (time > to) break;
    const isGap = Number.isNaN(trace.values[index]);
    if (!isGap && !trace.isReading(index)) continue;
    const isSeveral = trace.kind === "state" && trace.values[index] === SEVERAL;
    const value = isGap || isSeveral ? "" : trace.textAt(index);
    const status = isSeveral ? "" : trace.statusAt(index);
    lines.push([isoTime(time), String(time), nameText(name), units, status, value]);
  }
  return lines;
}

function isoTime(time: number): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
