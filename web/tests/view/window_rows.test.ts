import { expect, test } from "vitest";
import { windowOf } from "../../src/view/window_rows";

const at = (scrollTop_px: number, rows: number, height_px = 280) =>
  windowOf({ scrollTop_px, height_px }, 28, rows);

test("of ten thousand rows those in view are there, and a few more", () => {
  expect(at(0, 10_000)).toEqual({ first: 0, end: 18 });
  expect(at(28 * 5000, 10_000)).toEqual({ first: 4992, end: 5018 });
});

test("at the end there is nothing beyond the last row", () => {
  expect(at(28 * 90, 100)).toEqual({ first: 82, end: 100 });
});

test("few rows are all there", () => {
  expect(at(0, 3)).toEqual({ first: 0, end: 3 });
});

test("scrolled further than a filter has left rows: an order that can be sliced", () => {
  expect(at(28 * 5000, 10)).toEqual({ first: 10, end: 10 });
});

test("a table without height yet draws a few rows only", () => {
  expect(at(0, 10_000, 0).end).toBeLessThan(20);
});
