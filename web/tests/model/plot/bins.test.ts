import { expect, test } from "vitest";
import { eachExtreme, firstFrom, lastUntil } from "../../../src/model/plot/bins";

const GAP = Number.NaN;

function kept(times: number[], values: number[], width_s: number): number[] {
  const indices: number[] = [];
  const points = { times: new Float64Array(times), values: new Float64Array(values) };
  eachExtreme(points, 0, times.length, width_s, (index) => indices.push(index));
  return indices;
}

test.each([
  ["nothing", [], [], []],
  ["one point", [1], [5], [0]],
  ["lowest and highest of a bin", [0, 1, 2, 3], [5, 9, 1, 5], [1, 2]],
  ["a level bin is one point", [0, 1, 2, 3], [5, 5, 5, 5], [0]],
  ["each bin by itself", [0, 9, 10, 19], [1, 2, 3, 4], [0, 1, 2, 3]],
  ["a gap between the extremes", [0, 1, 2, 3], [1, GAP, 2, 9], [0, 1, 3]],
  ["a gap before the first extreme", [0, 1, 2, 3], [5, GAP, 1, 9], [1, 2, 3]],
  ["a gap at the end of a bin stays", [0, 1, 10], [5, GAP, 6], [0, 1, 2]],
  ["a bin of gaps only is one gap", [0, 10, 11, 20], [5, GAP, GAP, 6], [0, 1, 3]],
  ["a gap at the very end", [0, 1], [5, GAP], [0, 1]],
])("%s", (_name, times, values, expected) => {
  expect(kept(times, values, 10)).toEqual(expected);
});

test("of any series: extremes of each bin stay, and no gap is bridged", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 300; round += 1) {
    const count = Math.floor(random() * 60);
    let time = 1e9;
    const times = Array.from({ length: count }, () => {
      time += random() * 4;
      return time;
    });
    const values = times.map(() => (random() < 0.25 ? GAP : Math.floor(random() * 50)));
    const indices = kept(times, values, 8);
    expect(indices).toEqual([...new Set(indices)].sort((one, other) => one - other));
    const inBin = (bin: number, among: number[]) =>
      among
        .filter((index) => Math.floor((times[index] ?? 0) / 8) === bin)
        .map((index) => values[index] ?? GAP)
        .filter((value) => !Number.isNaN(value));
    const all = times.map((_, index) => index);
    for (const bin of new Set(times.map((at) => Math.floor(at / 8)))) {
      expect(Math.min(...inBin(bin, indices))).toBe(Math.min(...inBin(bin, all)));
      expect(Math.max(...inBin(bin, indices))).toBe(Math.max(...inBin(bin, all)));
      expect(inBin(bin, indices).length).toBeLessThanOrEqual(2);
    }
    indices.forEach((index, position) => {
      const next = indices[position + 1];
      if (next === undefined || Number.isNaN((values[index] ?? 0) + (values[next] ?? 0))) return;
      expect(values.slice(index, next).some(Number.isNaN)).toBe(false);
    });
  }
});

test("times are found by halving", () => {
  const times = new Float64Array([1, 2, 2, 5, 0, 0]); // four that count
  expect([0, 1, 2, 3, 5, 6].map((time) => firstFrom(times, 4, time))).toEqual([0, 0, 1, 3, 3, 4]);
  expect([0, 1, 2, 3, 5, 6].map((time) => lastUntil(times, 4, time))).toEqual([-1, 0, 2, 2, 3, 3]);
});
