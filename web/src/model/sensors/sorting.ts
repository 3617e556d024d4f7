/**
 * In which order the table shows its rows.
 *
 * By name they stand still. Sorted by status they move when one changes; by value or time only
 * when somebody looks again, as rows that jump cannot be read.
 */
import type { Status, Value } from "../../wire";
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
  const ordered = [...shown];
  if (by === "name") return ordered.reverse();
  const compare = comparison(sensors, shown, by, isDescending ? -1 : 1);
  return ordered.sort(compare);
}

function comparison(
  sensors: SensorsView,
  shown: readonly number[],
  by: Exclude<SortColumn, "name">,
  sign: number,
): (a: number, b: number) => number {
  const { statuses, timestamps } = sensors;
  switch (by) {
    case "status":
      return (a, b) => sign * (urgency(statuses[a]) - urgency(statuses[b]));
    case "units": {
      const unitsOf = (index: number) => sensors.about[index]?.units ?? "";
      const places = placesOf(shown.map(unitsOf));
      return (a, b) => sign * (placeIn(places, unitsOf(a)) - placeIn(places, unitsOf(b)));
    }
    case "time":
      return (a, b) => sign * ((timestamps[a] ?? 0) - (timestamps[b] ?? 0));
    case "value":
      return byValue(sensors, shown, sign);
    default:
      return by satisfies never;
  }
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

/** Text -> its place among all: each is compared as few times as can be, as that is slow. */
type Places = ReadonlyMap<string, number>;

function placesOf(texts: readonly string[]): Places {
  const places = new Map<string, number>();
  let before: string | null = null;
  let place = 0;
  for (const text of [...new Set(texts)].sort(compareTexts)) {
    if (before !== null && compareTexts(before, text) !== 0) place += 1;
    places.set(text, place);
    before = text;
  }
  return places;
}

function placeIn(places: Places, text: string): number {
  return places.get(text) ?? 0;
}

/** Numbers before texts, and what has no value last whichever way it is sorted. */
function byValue(
  { values }: SensorsView,
  shown: readonly number[],
  sign: number,
): (a: number, b: number) => number {
  const places = placesOf(
    shown
      .map((index) => values[index])
      .filter(isText)
      .map(textOf),
  );
  // By index, found once for each and not at every comparison.
  const kinds: number[] = [];
  const within: number[] = [];
  for (const index of shown) {
    const value = values[index] ?? null;
    const isNone = value === null;
    kinds[index] = isNone ? 2 : isText(value) ? 1 : 0;
    within[index] = isNone ? 0 : isText(value) ? placeIn(places, textOf(value)) : numberOf(value);
  }
  return (a, b) => {
    const kind = (kinds[a] ?? 0) - (kinds[b] ?? 0);
    const [x, y] = [within[a] ?? 0, within[b] ?? 0];
    return kind !== 0 || x === y ? kind : sign * (x < y ? -1 : 1);
  };
}

/** Integers beyond 2^53 and infinities come as texts. */
function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  if (value === "-inf") return Number.NEGATIVE_INFINITY;
  return typeof value === "string" && /^[-+]?\d+$/.test(value) ? Number(value) : Number.NaN;
}

function isText(value: Value | undefined): value is Value {
  return value !== undefined && value !== null && Number.isNaN(numberOf(value));
}

function textOf(value: Value): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
