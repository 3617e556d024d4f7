import { expect, test } from "vitest";
import { NumberTrace } from "../../../src/model/plot/number_trace";
import { SEVERAL, StateTrace } from "../../../src/model/plot/state_trace";
import type { Trace } from "../../../src/model/plot/trace";
import type { Status, Value } from "../../../src/wire";

/** [time, value] of each point; null is a gap. */
function points(trace: Trace): [number, number | null][] {
  return Array.from({ length: trace.size }, (_, index) => {
    const value = trace.values[index] ?? Number.NaN;
    return [trace.times[index] ?? Number.NaN, Number.isNaN(value) ? null : value];
  });
}

function filled(readings: [number, Value, Status?, number?][], trace: Trace = new NumberTrace()) {
  for (const [time, value, status, seenAt] of readings) {
    trace.append(time, value, status ?? "nominal", seenAt);
  }
  return trace;
}

test.each<[string, [number, Value, Status?, number?][], [number, number | null][]]>([
  [
    "in order",
    [
      [1, 5],
      [2, 6],
    ],
    [
      [1, 5],
      [2, 6],
    ],
  ],
  [
    "late readings are put where they belong",
    [
      [1, 5],
      [3, 7],
      [2, 6],
    ],
    [
      [1, 5],
      [2, 6],
      [3, 7],
    ],
  ],
  [
    "one timestamp has one value, the last",
    [
      [1, 5],
      [1, 6],
    ],
    [[1, 6]],
  ],
  [
    "late and twice",
    [
      [1, 5],
      [3, 7],
      [1, 4],
    ],
    [
      [1, 4],
      [3, 7],
    ],
  ],
  [
    "nan is a gap",
    [
      [1, 5],
      [2, "nan"],
      [3, 6],
    ],
    [
      [1, 5],
      [2, null],
      [3, 6],
    ],
  ],
  [
    "inf is a gap",
    [
      [1, 5],
      [2, "inf"],
      [3, "-inf"],
      [4, 6],
    ],
    [
      [1, 5],
      [2, null],
      [4, 6],
    ],
  ],
  [
    "no gap before there is a value",
    [
      [1, "nan"],
      [2, null],
      [3, 6],
    ],
    [[3, 6]],
  ],
  [
    "null is a gap",
    [
      [1, 5],
      [2, null],
    ],
    [
      [1, 5],
      [2, null],
    ],
  ],
  ["2^64", [[1, "18446744073709551616"]], [[1, 2 ** 64]]],
  [
    "what does not fit a double",
    [
      [1, 5],
      [2, `1${"0".repeat(400)}`],
    ],
    [
      [1, 5],
      [2, null],
    ],
  ],
  [
    "a failure is no value",
    [
      [1, 5],
      [2, 5, "failure"],
      [3, 6],
    ],
    [
      [1, 5],
      [2, null],
      [3, 6],
    ],
  ],
  [
    "warn and error are values",
    [
      [1, 5, "warn"],
      [2, 6, "error"],
    ],
    [
      [1, 5],
      [2, 6],
    ],
  ],
  [
    "lost by katgate: the old reading again",
    [
      [1, 5],
      [1, 5, "unreachable", 9],
    ],
    [
      [1, 5],
      [9, null],
    ],
  ],
  [
    "no finite time",
    [
      [Number.NaN, 5],
      [1, 6],
    ],
    [[1, 6]],
  ],
])("%s", (_name, readings, expected) => {
  expect(points(filled(readings))).toEqual(expected);
});

test("a break ends the line and the next reading starts another", () => {
  const trace = filled([[1, 5]]);
  trace.breakHere(3);
  trace.breakHere(4);
  filled([[6, 7]], trace);
  expect(points(trace)).toEqual([
    [1, 5],
    [3, null],
    [6, 7],
  ]);
});

test("after a break an unchanged reading starts the line anew when it is seen, and holds", () => {
  const trace = filled([[1, 5]]);
  trace.breakHere(10);
  filled([[1, 5, "nominal", 20]], trace);
  expect(points(trace)).toEqual([
    [1, 5],
    [10, null],
    [20, 5],
  ]);
  trace.holdUntil(22);
  filled([[1, 5, "nominal", 23]], trace); // said once more: no news
  expect(points(trace)).toEqual([
    [1, 5],
    [10, null],
    [20, 5],
    [23, 5],
  ]);
  filled([[24, 6]], trace);
  expect(points(trace)).toEqual([
    [1, 5],
    [10, null],
    [20, 5],
    [24, 6],
  ]);
});

test("what only held is no reading", () => {
  const trace = filled([[1, 5]]);
  trace.holdUntil(4);
  expect([0, 1].map((index) => trace.isReading(index))).toEqual([true, false]);
});

test("a value that stayed long is level up to the next one, one that changes often is not", () => {
  const trace = filled([[0, 5]]);
  for (let time = 1; time < 100; time += 1) trace.holdUntil(time);
  filled([[100, 6]], trace);
  trace.holdUntil(101);
  filled([[102, 7]], trace);
  expect(points(trace)).toEqual([
    [0, 5],
    [99, 5],
    [100, 6],
    [102, 7],
  ]);
});

test("a value that held until the break is drawn up to it", () => {
  const trace = filled([[0, 5]]);
  trace.holdUntil(3);
  trace.breakHere(4);
  expect(points(trace)).toEqual([
    [0, 5],
    [3, 5],
    [4, null],
  ]);
});

test("a device whose clock is behind ours: its readings go on, and the gap stays", () => {
  const trace = filled([[100, 5]]);
  trace.holdUntil(3700);
  trace.breakHere(3701);
  filled(
    [
      [160, 6],
      [161, 7],
    ],
    trace,
  );
  expect(points(trace)).toEqual([
    [100, 5],
    [100, null],
    [160, 6],
    [161, 7],
  ]);
});

test("the newest reading is there as it came, drawn or not", () => {
  const trace = filled([
    [1, 5],
    [3, "nan", "warn"],
    [2, 9],
  ]);
  expect(trace.last).toEqual({ timestamp: 3, value: "nan", status: "warn" });
});

test("an integer that no double can say keeps its digits", () => {
  const trace = filled([
    [1, "18446744073709551617"],
    [2, 0.1],
    [3, "18446744073709551617"],
    [3, 4],
  ]);
  const texts = [0, 1, 2].map((index) => (trace as NumberTrace).textAt(index));
  expect(texts).toEqual(["18446744073709551617", "0.1", "4"]);
});

test("nothing is in force before the first reading, in a gap, and after the end", () => {
  const trace = filled([
    [1, 5],
    [2, "nan"],
    [3, 6],
  ]);
  expect([0, 1, 1.5, 2, 2.5, 3, 4].map((time) => trace.indexAt(time))).toEqual([
    -1, 0, 0, -1, -1, 2, -1,
  ]);
});

test("a full trace stays within its room, keeps its beginning, its extremes and its gaps", () => {
  const trace = new NumberTrace(1000);
  for (let second = 0; second < 200_000; second += 1) {
    const spike = second === 1234 ? 999 : second === 77_777 ? -999 : Math.sin(second / 50);
    trace.append(second, spike, "nominal");
    if (second === 40_000) trace.breakHere(second);
  }
  const all = points(trace);
  expect(trace.size).toBeLessThanOrEqual(1000);
  expect(trace.times.length).toBeLessThanOrEqual(1001);
  expect(trace.times[0]).toBeLessThan(2000);
  expect(all.filter(([, value]) => value === 999)).toEqual([[1234, 999]]);
  expect(all.filter(([, value]) => value === -999)).toEqual([[77_777, -999]]);
  expect(all.filter(([, value]) => value === null)).toEqual([[40_000, null]]);
  const newest = all.slice(-400).map(([time]) => time);
  expect(newest).toEqual(Array.from({ length: 400 }, (_, index) => 199_600 + index));
});

test("states: only changes are points", () => {
  const trace = filled(
    [
      [1, "a"],
      [2, "a"],
      [3, "b"],
      [4, ""],
      [5, true],
      [6, { base64: "/w==" }],
      [7, "a"],
    ],
    new StateTrace("string"),
  ) as StateTrace;
  const texts = Array.from({ length: trace.size }, (_, index) => trace.textAt(index));
  expect(texts).toEqual(["a", "b", "(empty)", "true", "base64 /w==", "a"]);
});

test("a timestamp is a state in ISO form", () => {
  const trace = filled(
    [
      [1, 1e9],
      [2, 1e300],
    ],
    new StateTrace("timestamp"),
  ) as StateTrace;
  expect([trace.textAt(0), trace.textAt(1)]).toEqual(["2001-09-09T01:46:40.000Z", "1e+300"]);
});

test("a late state that is the one before is a gap's neighbour, and times stay in order", () => {
  const trace = filled([[1, "a"]], new StateTrace("discrete"));
  trace.breakHere(10);
  filled([[1, "a", "nominal", 20]], trace);
  trace.holdUntil(30);
  filled(
    [
      [31, "a"],
      [25, "b"],
      [40, "a"],
    ],
    trace,
  );
  const times = [...trace.times.subarray(0, trace.size)];
  expect(times).toEqual([...times].sort((one, other) => one - other));
});

test("new texts without end: bounded, old ones become several, the present ones are exact", () => {
  const trace = new StateTrace("string", 100);
  for (let second = 0; second < 5000; second += 1) trace.append(second, `job ${second}`, "nominal");
  expect(trace.size).toBeLessThanOrEqual(100);
  expect(trace.textAt(0)).toBe("(several values)");
  expect(
    [...trace.values.subarray(0, trace.size)].filter((code) => code === SEVERAL).length,
  ).toBeLessThan(30);
  expect(trace.textAt(trace.size - 1)).toBe("job 4999");
  expect(Math.max(...trace.values)).toBeLessThan(200);
});

test("whatever comes in whatever order: times never fall, no gap follows a gap", () => {
  let seed = 11;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (const trace of [new NumberTrace(60), new StateTrace("string", 60)]) {
    for (let step = 0; step < 20_000; step += 1) {
      const now = step / 10 + random(20);
      const value = random(8) === 0 ? "nan" : random(5);
      const what = random(10);
      if (what === 0) trace.breakHere(now);
      else if (what < 4) trace.holdUntil(now);
      else trace.append(now - random(2) * random(9), value, random(9) ? "nominal" : "failure", now);
      const all = points(trace);
      all.forEach(([time, at], index) => {
        const [timeBefore, before] = all[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
        if (time < timeBefore || (at === null && before === null && index > 0)) {
          throw new Error(`step ${step}: ${JSON.stringify(all.slice(index - 2, index + 2))}`);
        }
      });
    }
  }
});
