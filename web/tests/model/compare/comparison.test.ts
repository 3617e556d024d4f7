import { expect, test } from "vitest";
import {
  callsFor,
  compare,
  families,
  familyOf,
  placeOf,
} from "../../../src/model/compare/comparison";
import type { Device, Status, Value } from "../../../src/wire";

const many = (values: readonly Value[], status: Status = "nominal") =>
  values.map((value, n) => ({ device: `m${n}`, value, status }));

const CASES: readonly [string, readonly Value[], string, readonly string[]][] = [
  ["one far off", [1, 1.1, 0.9, 1.2, 0.8, 50], "numbers 0.8 1.05 50", ["m5"]],
  [
    "two far off, on both sides",
    [1, 2, 3, 4, 5, 6, 7, 900, -900],
    "numbers -900 4 900",
    ["m7", "m8"],
  ],
  ["ordinary scatter", [1, 2, 3, 4, 5, 6], "numbers 1 3.5 6", []],
  ["all equal but one", [5, 5, 5, 5, 5, 6], "numbers 5 5 6", []],
  ["too few to tell", [1, 1.1, 0.9, 50], "numbers 0.9 1.05 50", []],
  ["most are numbers", [1, 2, 3, "nan"], "numbers 1 2 3", []],
  ["half are texts", [1, "on"], "texts 1:1 on:1", []],
  ["one text is another", ["on", "on", "off", "on"], "texts on:3 off:1", ["m2"]],
  ["all texts differ", ["a", "b", "c"], "texts a:1 b:1 c:1", []],
  ["truths", [true, true, false], "texts true:2 false:1", ["m2"]],
  ["bytes", [{ base64: "/w==" }], 'texts {"base64":"/w=="}:1', []],
  ["no readings", [null, null], "nothing", []],
  ["none at all", [], "nothing", []],
];

test.each(CASES)("%s", (_, values, expected, unusual) => {
  const comparison = compare(many(values));
  const text =
    comparison.kind === "numbers"
      ? `numbers ${comparison.lowest} ${comparison.median} ${comparison.highest}`
      : comparison.kind === "texts"
        ? `texts ${comparison.counts.map(([value, n]) => `${value}:${n}`).join(" ")}`
        : "nothing";
  expect([text, [...comparison.unusual]]).toEqual([expected, unusual]);
});

test("the last value of a device that is away does not count", () => {
  const all = [...many([1, 2]), { device: "away", value: 99, status: "unreachable" as const }];
  expect(compare(all)).toMatchObject({ highest: 2 });
});

test("a value's place between the lowest and the highest", () => {
  const comparison = compare(many([10, 20, 30]));
  expect([10, 25, 30, "x", null].map((value) => placeOf(value, comparison))).toEqual([
    0,
    0.75,
    1,
    null,
    null,
  ]);
  expect(placeOf(7, compare(many([7, 7])))).toBe(0.5);
});

test("devices that differ in their numbers are a family, the largest first", () => {
  const names = ["cbf", "a1", "a2", "m000", "m001", "m063", "x9"];
  expect(families(names.map((name) => ({ name })) as unknown as Device[])).toEqual(["m*", "a*"]);
  expect(familyOf("m063-rsc2")).toBe("m*-rsc*");
});

test("somebody is called for a status, or for what stands out", () => {
  const comparison = compare(many(["on", "on", "off"]));
  const calls = (device: string, status: Status) =>
    callsFor({ device, status, value: "on" }, comparison);
  expect([calls("m0", "nominal"), calls("m0", "warn"), calls("m2", "nominal")]).toEqual([
    false,
    true,
    true,
  ]);
});
