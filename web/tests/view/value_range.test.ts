import { expect, test } from "vitest";
import { Line } from "../../src/model/plot/decimate";
import { valueRange } from "../../src/view/plot/value_range";

function lines(...ranges: [number, number][]): Line[] {
  return ranges.map(([bottom, top]) => Object.assign(new Line(), { bottom, top }));
}

test.each<[string, [number, number][], [number, number]]>([
  ["nothing to show", [[Number.NaN, Number.NaN]], [0, 1]],
  [
    "all lines fit, with a margin",
    [
      [0, 10],
      [Number.NaN, Number.NaN],
      [5, 20],
    ],
    [-1, 21],
  ],
  ["a level line is in the middle", [[10, 10]], [9.5, 10.5]],
  ["level at zero", [[0, 0]], [-1, 1]],
  ["the noise of a double is level", [[1, 1 + 1e-15]], [0.95, 1.05]],
])("%s", (_name, ranges, [min, max]) => {
  const range = valueRange(lines(...ranges), null);
  expect(range.min).toBeCloseTo(min);
  expect(range.max).toBeCloseTo(max);
});

test("what a person set counts, unless it is no range", () => {
  expect(valueRange(lines([0, 10]), { min: 5, max: 6 })).toEqual({ min: 5, max: 6 });
  expect(valueRange(lines([0, 10]), { min: 6, max: 5 })).toEqual({ min: -0.5, max: 10.5 });
});

test("no arithmetic of an axis overflows", () => {
  const { min, max } = valueRange(lines([-Number.MAX_VALUE, Number.MAX_VALUE]), null);
  expect([Number.isFinite(max - min), min < max]).toEqual([true, true]);
});
