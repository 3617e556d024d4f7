/**
 * In which order the table shows its rows.
 *
 * By name they stand still. Sorted by status they move when one changes; by value or time only
 * when somebody looks again, as rows that jump cannot be read.
 */
import type { Status, Value } from "../wire";
import type { SensorsView } from "./sensors";

export const SORT_COLUMNS = ["name", "value", "units", "status", "time"] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sorting {
  readonly by: SortColumn;
  readonly isDescending: boolean;
}

export const BY_NAME: Sorting = { by: "name", isDescending: false };

/** As in the URL: `value`, `-value`. */
export function parseSorting(text: string): Sorting {
  const by = SORT_COLUMNS.find((column) => column === text.replace(/^-/, ""));
  return by === undefined ? BY_NAME : { by, isDescending: text.startsWith("-") };
}

export function sortingText({ by, isDescending }: Sorting): string {
  return by === "name" && !isDescending ? "" : `${isDescending ? "-" : ""}${by}`;
}

/** What a click on a column's head leads to. */
export function sortedBy(column: SortColumn, { by, isDescending }: Sorting): Sorting {
  return { by: column, isDescending: by === column && !isDescending };
}

/** Whether the values of rows out of view are needed for it. */
export function needsValues({ by }: Sorting): boolean {
  return by === "value" || by === "time";
}

/** `shown`, which is by device and name, in that order. Equal ones stay by name. */
export function sorted(
  sensors: SensorsView,
  shown: readonly number[],
  { by, isDescending }: Sorting,
): readonly number[] {
  if (by === "name" && !isDescending) return shown;
  const sign = isDescending ? -1 : 1;
  const ordered = [...shown];
  if (by === "name") return ordered.reverse();
  return ordered.sort((a, b) => {
    switch (by) {
      case "status":
        return sign * (urgency(sensors.statuses[a]) - urgency(sensors.statuses[b]));
      case "units":
        return sign * compareTexts(sensors.about[a]?.units ?? "", sensors.about[b]?.units ?? "");
      case "time":
        return sign * ((sensors.timestamps[a] ?? 0) - (sensors.timestamps[b] ?? 0));
      case "value":
        return compareValues(sensors.values[a] ?? null, sensors.values[b] ?? null, sign);
      default:
        return by satisfies never;
    }
  });
}

/** Worst first: what is sorted by status is looked at for that. */
const URGENCY: readonly Status[] = [
  "failure",
  "error",
  "unreachable",
  "warn",
  "unknown",
  "inactive",
  "nominal",
];

function urgency(status: Status | undefined): number {
  return URGENCY.indexOf(status ?? "unknown");
}

const { compare: compareTexts } = new Intl.Collator("en", { numeric: true });

/** Numbers before texts, and what has no value last whichever way it is sorted. */
function compareValues(a: Value, b: Value, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return sign * (x === y ? 0 : x - y);
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return sign * compareTexts(textOf(a), textOf(b));
}

/** Integers beyond 2^53 and infinities come as texts. */
function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  if (value === "-inf") return Number.NEGATIVE_INFINITY;
  return typeof value === "string" && /^[-+]?\d+$/.test(value) ? Number(value) : Number.NaN;
}

function textOf(value: Value): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
