import { expect, test } from "vitest";
import { Line } from "../../../src/model/plot/decimate";
import { NumberTrace } from "../../../src/model/plot/number_trace";

function drawn(trace: NumberTrace, from: number, to: number, bins: number, isSteps = false) {
  const line = new Line();
  line.fill(trace, from, to, bins, isSteps);
  return line;
}

function traceOf(values: (number | string)[]): NumberTrace {
  const trace = new NumberTrace();
  values.forEach((value, second) => {
    trace.append(second, value, "nominal");
  });
  return trace;
}

test("few points are all there, and one beyond each end", () => {
  const line = drawn(traceOf([0, 1, 2, 3, 4, 5, 6]), 2, 4, 100);
  expect([...line.times.subarray(0, line.size)]).toEqual([1, 2, 3, 4]);
  expect([line.low, line.high]).toEqual([2, 3]);
  expect([line.bottom, line.top]).toEqual([2, 4]); // what lies beyond does not stretch the axis
});

test("many points: four a pixel at most, both extremes among them", () => {
  const trace = traceOf(Array.from({ length: 10_000 }, (_, at) => (at === 5003 ? 50 : at % 7)));
  const line = drawn(trace, 0, 10_000, 100);
  expect(line.size).toBeLessThanOrEqual(404);
  expect([line.low, line.high]).toEqual([0, 50]);
});

test("a gap is still one when hours are a few pixels", () => {
  const trace = traceOf(Array.from({ length: 10_000 }, (_, at) => (at === 5003 ? "nan" : 1)));
  const line = drawn(trace, 0, 10_000, 10);
  expect([...line.values.subarray(0, line.size)].filter(Number.isNaN).length).toBe(1);
});

test("between two points, far in: the line crosses, and the axis fits it", () => {
  const line = drawn(traceOf([0, 10]), 0.4, 0.6, 100);
  expect([line.size, line.low, line.bottom, line.top]).toEqual([2, Number.NaN, 4, 6]);
});

test("outside of all points there is nothing to fit", () => {
  const line = drawn(traceOf([0, 10]), 50, 60, 100);
  expect([line.low, line.high]).toEqual([Number.NaN, Number.NaN]);
});

test("a step that began before the range is seen in it, one that begins after it is not", () => {
  const { bottom, top } = drawn(traceOf([5, 10, 10, 99]), 0.5, 2.5, 100, true);
  expect([bottom, top]).toEqual([5, 10]);
});

test("a gap at an end of the range is no line", () => {
  const { bottom, top } = drawn(traceOf([5, "nan", 10, "nan", 99]), 1.5, 3.5, 100);
  expect([bottom, top]).toEqual([10, 10]);
});
