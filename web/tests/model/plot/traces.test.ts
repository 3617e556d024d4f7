import { expect, test } from "vitest";
import { Traces } from "../../../src/model/plot/traces";

const row = (sensor: string, timestamp: number | null, value: number | null) =>
  ({ sensor, timestamp, status: "nominal", value, received: null }) as const;

test("readings are kept of what is open, under its own device", () => {
  const traces = new Traces();
  const trace = traces.open("cbf", "x", "float");
  traces.append("cbf", row("x", 1, 5), 1);
  traces.append("cbf", row("y", 1, 5), 1);
  traces.append("dbe", row("x", 2, 6), 2);
  traces.append("cbf", row("x", null, null), 3);
  expect([trace.size, traces.look("cbf", "y"), traces.look("dbe", "x")]).toEqual([1, null, null]);
});

test("of too many the one not looked at for longest goes", () => {
  const traces = new Traces(2);
  traces.open("a", "1", "float");
  traces.open("b", "2", "boolean");
  traces.look("a", "1");
  traces.open("c", "3", "float");
  expect(traces.count).toBe(2);
  expect(["a", "b", "c"].map((device, at) => traces.look(device, `${at + 1}`) !== null)).toEqual([
    true,
    false,
    true,
  ]);
});

test("a sensor of another type is another sensor", () => {
  const traces = new Traces();
  const one = traces.open("a", "1", "float");
  expect(traces.open("a", "1", "integer")).not.toBe(one);
  expect(traces.open("a", "1", "string").kind).toBe("state");
  expect(traces.count).toBe(1);
});

test("a lost device breaks its own traces only, a lost session all", () => {
  const traces = new Traces();
  const [one, other] = [traces.open("a", "1", "float"), traces.open("b", "1", "float")];
  traces.append("a", row("1", 1, 5), 1);
  traces.append("b", row("1", 1, 5), 1);
  traces.breakDevice("a", 3);
  expect([one.size, other.size]).toEqual([2, 1]);
  traces.tick(4, () => true);
  traces.breakAll(5);
  expect([one.size, other.size]).toEqual([2, 3]);
});

test("what is followed holds, what is not is not known any more", () => {
  const traces = new Traces();
  const [one, other] = [traces.open("a", "1", "float"), traces.open("a", "2", "float")];
  for (const name of ["1", "2"]) traces.append("a", row(name, 1, 5), 1);
  traces.tick(4, (_, sensor) => sensor === "1");
  expect([one.indexAt(4), other.indexAt(4)]).toEqual([1, -1]);
});
