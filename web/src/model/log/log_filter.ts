/** Which informs of the log are shown. Gaps always are. */
import { type InformRow, LEVELS, type Level } from "./log_row";

export interface LogFilter {
  /** Log messages of this level and graver; null: all, other informs too. */
  readonly level: Level | null;
  /** Part of who speaks, or of the inform's name. */
  readonly name: string;
  /** Words that must all be somewhere in it. */
  readonly text: string;
}

export const NO_FILTER: LogFilter = { level: null, name: "", text: "" };

export function logTest({ level, name, text }: LogFilter): (row: InformRow) => boolean {
  const least = level === null ? 0 : LEVELS.indexOf(level);
  const wantedName = name.trim().toLowerCase();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (row) =>
    (level === null || isGrave(row, least)) &&
    (wantedName === "" || row.name.toLowerCase().includes(wantedName)) &&
    words.every((word) => row.haystack.includes(word));
}

/** A log message of a level that is not known may be anything: not kept from who looks for trouble. */
function isGrave(row: InformRow, least: number): boolean {
  return row.isLog && (row.level === null || LEVELS.indexOf(row.level) >= least);
}
