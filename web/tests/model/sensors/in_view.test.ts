import { beforeEach, expect, test } from "vitest";
import { Katgate } from "../../../src/client/katgate";
import { InView } from "../../../src/model/sensors/in_view";
import type { Sensor } from "../../../src/wire";
import { FakeClock, FarEnd, sensor } from "../../fakes";

let clock: FakeClock;
let side: FarEnd;
let inView: InView;
let told: string[];

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  const katgate = new Katgate({
    clock,
    random: () => 0,
    wallTime: 5,
    fetchJson: () => Promise.reject(new Error("no REST here")),
    openSocket: (events) => {
      side = new FarEnd(events);
      return side;
    },
  });
  katgate.connection.connect();
  side.hello();
  inView = new InView(katgate, clock, {
    onReadings: (readings) => {
      for (const rows of readings.values()) told.push(...rows.map(({ value }) => String(value)));
    },
    onGap: () => told.push("gap"),
    onConflated: (count) => told.push(`conflated ${count}`),
    onFailed: ({ detail }) => told.push(detail),
  });
});

const of = (device: string, ...names: string[]): Sensor[] =>
  names.map((name) => sensor(device, name));

/** The next call, which subscribes: `device: names`, and how to answer it. */
function asked() {
  const [call, ...others] = side.calls();
  if (call?.method !== "sensors.subscribe") throw new Error(`${call?.method}`);
  expect(others).toEqual([]);
  return {
    for: `${call.params.device}: ${(call.params.sensors as string[]).join(" ")}`,
    grant: (sub: number) =>
      side.answer(call.id, { sub, epoch: "e1", seq: 1, resumed: false, sensors: [] }),
    refuse: (detail: string) => side.fail(call.id, { code: -32000, message: detail }),
  };
}

function snapshot(sub: number, value: string): void {
  const readings = { cbf: [["a", 1, "nominal", value, 1]] };
  side.notify("readings", { sub, seq: 1, snapshot: true, readings });
}

function update(sub: number, seq: number, value: string): void {
  side.notify("readings", { sub, seq, readings: { cbf: [["a", 1, "nominal", value]] } });
}

test("what only scrolls by is not asked for", () => {
  inView.show("table", of("cbf", "a"), "cbf");
  clock.advance(0.1);
  inView.show("table", of("cbf", "b"), "cbf");
  clock.advance(0.1);
  expect(side.calls()).toEqual([]);
  clock.advance(0.1);
  expect(asked().for).toBe("cbf: b");
});

test("the wish before goes on until the new one has its snapshot", () => {
  inView.show("table", of("cbf", "a"), "cbf");
  clock.advance(1);
  asked().grant(1);
  snapshot(1, "one");
  inView.show("table", of("cbf", "a", "b"), "cbf");
  clock.advance(1);
  asked().grant(2);
  update(1, 2, "by the old one");
  expect(side.calls()).toEqual([]);
  snapshot(2, "by the new one");
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
  update(1, 3, "too late");
  expect(told).toEqual(["one", "by the old one", "by the new one"]);
});

test("overtaken twice before any answer: all but the last are ended with its snapshot", () => {
  for (const names of [["a"], ["a", "b"], ["a", "b", "c"]]) {
    inView.show("table", of("cbf", ...names), "cbf");
    clock.advance(1);
  }
  const calls = side.calls();
  calls.forEach(({ id }, n) => {
    side.answer(id, { sub: n + 1, epoch: "e1", seq: 1, resumed: false, sensors: [] });
  });
  snapshot(3, "x");
  expect(side.calls().map(({ params }) => params.sub)).toEqual([2, 1]);
});

test("a part of what is in view already is not asked for anew", () => {
  inView.show("table", of("cbf", "a", "b"), "cbf");
  clock.advance(1);
  asked().grant(1);
  inView.show("table", of("cbf", "b"), "cbf");
  inView.show("detail", of("cbf", "a"), "cbf");
  clock.advance(1);
  expect(side.calls()).toEqual([]);
});

test.each(["*", "m?", "m[0-9]"])("of many devices one wish is made over all of %s", (glob) => {
  const sensors = Array.from({ length: 9 }, (_, n) => of(`m${n}`, "a", "b")).flat();
  inView.show("table", sensors, glob);
  clock.advance(1);
  expect(asked().for).toBe(`${glob}: a b`);
  expect([inView.has("m3", "a"), inView.has("m3", "c")]).toEqual([true, false]);
});

test("of few devices each has its own wish", () => {
  inView.show("table", [...of("m1", "a"), ...of("m2", "b")], "*");
  clock.advance(1);
  expect(side.calls().map(({ params }) => params.device)).toEqual(["m1", "m2"]);
  expect([inView.has("m1", "a"), inView.has("m2", "a")]).toEqual([true, false]);
});

test("a wish that is refused is told of, and the one before ended all the same", () => {
  inView.show("table", of("cbf", "a"), "cbf");
  clock.advance(1);
  asked().grant(1);
  inView.show("table", of("cbf", "b"), "cbf");
  clock.advance(1);
  asked().refuse("too many");
  expect(told).toEqual(["too many"]);
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
});

test("cleared: all are ended at once, and nothing is asked for later", () => {
  inView.show("table", of("cbf", "a"), "cbf");
  clock.advance(1);
  asked().grant(1);
  inView.show("table", of("cbf", "b"), "cbf");
  inView.clear();
  clock.advance(1);
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
  expect(inView.has("cbf", "a")).toBe(false);
});
