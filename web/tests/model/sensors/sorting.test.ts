import { expect, test } from "vitest";
import { Sensors } from "../../../src/model/sensors/sensors";
import {
  needsValues,
  parseSorting,
  SORT_COLUMNS,
  sorted,
  sortedBy,
  sortingText,
} from "../../../src/model/sensors/sorting";
import type { Status, Value } from "../../../src/wire";
import { sensor } from "../../fakes";

/** Names in order of `by`; the sensors are named a, b, c, ... in the order given. */
function order(rows: readonly (readonly [Value, Status?, number?, string?])[], by: string): string {
  const sensors = new Sensors(() => {});
  const names = rows.map((_, n) => String.fromCharCode(97 + n));
  sensors.setList(names.map((name, n) => ({ ...sensor("cbf", name), units: rows[n]?.[3] ?? "K" })));
  const readings = rows.map(([value, status = "nominal", timestamp = 1], n) => {
    return { sensor: names[n] ?? "", timestamp, status, value, received: 1 };
  });
  sensors.applySnapshot("cbf", readings);
  const shown = sorted(sensors, sensors.order, parseSorting(by));
  return shown.map((index) => sensors.about[index]?.name).join("");
}

const VALUES: readonly Value[] = [
  "x10",
  null,
  3,
  "x9",
  "-inf",
  "nan",
  true,
  2,
  "90071992547409931",
];

test.each([
  ["value", "ehcifgdab"],
  ["-value", "icheadgfb"],
])("by %s: numbers, then texts as they are read, then what has none", (by, expected) => {
  expect(
    order(
      VALUES.map((value) => [value]),
      by,
    ),
  ).toBe(expected);
});

test("equal ones stay by name, whichever way it is", () => {
  for (const by of ["value", "-value", "units", "-units", "time", "-time", "status", "-status"]) {
    expect(order([[1], [1], [1]], by)).toBe("abc");
  }
});

test.each([
  ["status", "cebdfga"],
  ["-status", "agfdbec"],
])("by %s: the worst first, or last", (by, expected) => {
  const statuses: Status[] = [
    "nominal",
    "unreachable",
    "failure",
    "warn",
    "error",
    "unknown",
    "inactive",
  ];
  expect(
    order(
      statuses.map((status) => [1, status]),
      by,
    ),
  ).toBe(expected);
});

test.each([
  ["time", "bca"],
  ["-time", "acb"],
  ["units", "cab"],
  ["-units", "bac"],
  ["-name", "cba"],
  ["", "abc"],
])("by %s", (by, expected) => {
  const rows = [
    [1, "nominal", 9, "V"],
    [1, "nominal", 7, "W"],
    [1, "nominal", 8, "K"],
  ] as const;
  expect(order(rows, by)).toBe(expected);
});

test("units of equal letters in another form are equal", () => {
  const rows = [
    [1, "nominal", 1, "\u00e5"],
    [1, "nominal", 1, "K"],
    [1, "nominal", 1, "a\u030a"],
  ] as const;
  expect(order(rows, "units")).toBe("acb");
});

test("a sorting is the same after the way through the URL", () => {
  for (const by of SORT_COLUMNS) {
    for (const isDescending of [false, true]) {
      expect(parseSorting(sortingText({ by, isDescending }))).toEqual({ by, isDescending });
    }
  }
  expect(parseSorting("nonsense")).toEqual({ by: "name", isDescending: false });
});

test("a second click turns it round, another column begins anew", () => {
  const once = sortedBy("value", parseSorting(""));
  expect([once, sortedBy("value", once), sortedBy("time", once)].map(sortingText)).toEqual([
    "value",
    "-value",
    "time",
  ]);
});

test("only by value or time the values out of view are needed", () => {
  const needed = SORT_COLUMNS.filter((by) => needsValues({ by, isDescending: false }));
  expect(needed).toEqual(["value", "time"]);
});
