import { expect, test } from "vitest";
import {
  type Arrangement,
  arranged,
  parseArrangement,
} from "../../../src/model/compare/arrangement";
import { compare } from "../../../src/model/compare/comparison";
import type { Status, Value } from "../../../src/wire";

const NUMBERS: readonly Value[] = [10, 12, 11, 90, 9, null, "nan", 10];
const TEXTS: readonly Value[] = ["on", "off", "on", "stow", "on", "off"];

function order(values: readonly Value[], by: Arrangement, warned = -1): string {
  const all = values.map((value, n) => {
    const status: Status = n === warned ? "warn" : "nominal";
    return { device: `m${n}`, value, status };
  });
  return arranged(all, compare(all), by)
    .map(({ value }) => String(value))
    .join(" ");
}

test.each([
  ["device", NUMBERS, "10 12 11 90 9 null nan 10"],
  ["value", NUMBERS, "9 10 10 11 12 90 nan null"],
  ["value", TEXTS, "off off on on on stow"],
  ["oddest", TEXTS, "stow off off on on on"],
] as const)("by %s: %j", (by, values, expected) => {
  expect(order(values, by)).toBe(expected);
});

test("who is far off, no number among numbers, or has a bad status comes first", () => {
  expect(order(NUMBERS, "oddest", 2)).toMatch(/^nan 90 11 /);
});

test("no number among numbers stands out, where there are enough to tell", () => {
  const many = NUMBERS.map((value, n) => ({
    device: `m${n}`,
    value,
    status: "nominal" as const,
  }));
  expect(compare(many).unusual).toContain("m6");
  expect(compare(many.slice(4)).unusual).not.toContain("m6");
});

test("an arrangement nobody knows is by device", () => {
  expect(["value", "oddest", "", "x"].map(parseArrangement)).toEqual([
    "value",
    "oddest",
    "device",
    "device",
  ]);
});
