/** The log as a text file: one line an inform. */
import type { GapRow, LogRow } from "./log_row";

/** `stamp`: a time as the page shows it. */
export function logText(rows: readonly LogRow[], stamp: (time: number) => string): string {
  return rows.map((row) => `${lineOf(row, stamp)}\n`).join("");
}

function lineOf(row: LogRow, stamp: (time: number) => string): string {
  if (row.kind === "gap") return `--- ${gapText(row)} ---`;
  const { device, received, time, level, isLog, name, text } = row;
  const said = isLog ? `${level ?? "?"} ${name}: ${text}` : `#${name} ${text}`;
  return `${stamp(time ?? received)} ${device} ${said}`;
}

export function gapText({ by, count }: GapRow): string {
  switch (by) {
    case "katgate":
      return `${count} dropped: more than katgate keeps for a browser that is slow`;
    case "page":
      return `${count} dropped: more than this page keeps while it is paused`;
    case "away":
      return "not connected to katgate: what came meanwhile is not known";
    default:
      return by satisfies never;
  }
}
