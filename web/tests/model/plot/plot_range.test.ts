import { expect, test } from "vitest";
import {
  DEFAULT_RANGE,
  panned,
  parseRange,
  rangeText,
  resolved,
  zoomed,
  zoomedFollowing,
} from "../../../src/model/plot/plot_range";

const ALL = { span_s: Number.POSITIVE_INFINITY };

test.each([
  ["300", { span_s: 300 }],
  ["0.5", { span_s: 0.5 }],
  ["all", ALL],
  ["1763841000..1763841300.5", { from: 1763841000, to: 1763841300.5 }],
])("%s is a range, and is written so again", (text, range) => {
  expect(parseRange(text)).toEqual(range);
  expect(rangeText(range)).toBe(text);
});

test.each([
  "",
  "x",
  "-5",
  "0",
  "nan",
  "..",
  "5..",
  "..5",
  "9..5",
  "1..2..3",
  "0..1e300",
  "Infinity..",
])("%j is none, and the default is shown", (text) => {
  expect(parseRange(text)).toEqual(DEFAULT_RANGE);
});

test("what follows ends now; all begins with the first reading that came in", () => {
  expect(resolved({ span_s: 60 }, 1000, 5)).toEqual({ from: 940, to: 1000 });
  expect(resolved(ALL, 1000, 5)).toEqual({ from: 5, to: 1000 });
  expect(resolved(ALL, 1000, Number.NaN)).toEqual({ from: 990, to: 1000 });
  expect(resolved({ from: 1, to: 2 }, 1000, 5)).toEqual({ from: 1, to: 2 });
});

test("zooming leaves the time under the pointer where it is", () => {
  expect(zoomed({ from: 100, to: 200 }, 0.5, 125)).toEqual({ from: 112.5, to: 162.5 });
  expect(panned({ from: 100, to: 200 }, -10)).toEqual({ from: 90, to: 190 });
});

test("zooming ends where doubles do, and at ten years", () => {
  const least = zoomed({ from: 100, to: 101 }, 1e-9, 100.5);
  expect(least.to - least.from).toBeCloseTo(0.01);
  expect(zoomedFollowing({ from: 0, to: 1e9 }, 1e9)).toEqual({ span_s: 316_224_000 });
});
