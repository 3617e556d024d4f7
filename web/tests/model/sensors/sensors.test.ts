import { expect, test } from "vitest";
import { Sensors } from "../../../src/model/sensors/sensors";
import type { ReadingRow, Status, Value } from "../../../src/wire";
import { sensor } from "../../fakes";

function filled(...names: string[]): Sensors {
  const sensors = new Sensors(() => {});
  sensors.setList(names.map((name) => sensor("cbf", name)));
  return sensors;
}

function row(name: string, value: Value, status: Status = "nominal", timestamp = 5): ReadingRow {
  return { sensor: name, timestamp, status, value, received: null };
}

const names = (sensors: Sensors) => sensors.order.map((index) => sensors.about[index]?.name);

test("numbers in names count", () => {
  expect(names(filled("ant10.t", "ant2.t", "ant1.t"))).toEqual(["ant1.t", "ant2.t", "ant10.t"]);
});

test("names that differ in case only are two sensors", () => {
  expect(filled("Temp", "temp").size).toBe(2);
});

test("a new list keeps the readings of those that stay", () => {
  const sensors = filled("a", "b");
  sensors.applyUpdates("cbf", [row("a", 1), row("b", 2)], 10);
  sensors.setList([sensor("cbf", "b"), sensor("cbf", "c")]);
  expect(names(sensors)).toEqual(["b", "c"]);
  expect(sensors.order.map((index) => sensors.values[index])).toEqual([2, null]);
});

test("the place of a removed sensor is used again, without its reading", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 1, "error")], 10);
  sensors.change([sensor("cbf", "b")], [["cbf", "a"]]);
  expect(sensors.about.length).toBe(1);
  expect([sensors.values[0], sensors.statuses[0], sensors.received[0]]).toEqual([
    null,
    "unknown",
    null,
  ]);
});

test("abnormal are warn, error, failure and unreachable, counted as they change", () => {
  const sensors = filled("a", "b", "c", "d");
  const statuses: Status[] = ["warn", "unreachable", "inactive"];
  sensors.applySnapshot(
    "cbf",
    ["a", "b", "c"].map((name, n) => row(name, 1, statuses[n])),
  );
  expect(sensors.abnormal).toBe(2);
  sensors.applyUpdates("cbf", [row("a", 1, "nominal")], 10);
  sensors.change([], [["cbf", "b"]]);
  expect(sensors.abnormal).toBe(0);
  expect(sensors.counts).toMatchObject({ nominal: 1, inactive: 1, unknown: 1, unreachable: 0 });
});

test("of several updates in one frame the last one stands", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 1), row("a", 2)], 10);
  expect(sensors.values[0]).toBe(2);
});

test("a snapshot is no news, a changed value is, the same value is not", () => {
  const sensors = filled("a");
  sensors.applySnapshot("cbf", [row("a", 1)]);
  sensors.applyUpdates("cbf", [row("a", 1)], 10);
  expect(sensors.changes[0]).toBe(0);
  sensors.applyUpdates("cbf", [row("a", 2)], 10);
  expect(sensors.changes[0]).toBe(1);
});

test("equal bytes are equal values", () => {
  const sensors = filled("a");
  sensors.applySnapshot("cbf", [row("a", { base64: "AA==" })]);
  sensors.applyUpdates("cbf", [row("a", { base64: "AA==" })], 10);
  expect(sensors.changes[0]).toBe(0);
});

test("that the device is lost is no reading: the age goes on", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 1)], 10);
  sensors.applyUpdates("cbf", [row("a", 1, "unreachable")], 60);
  expect([sensors.statuses[0], sensors.received[0]]).toEqual(["unreachable", 10]);
});

test("an unreachable with a timestamp of its own is a reading", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 1)], 10);
  sensors.applyUpdates("cbf", [row("a", 1, "unreachable", 6)], 60);
  expect(sensors.received[0]).toBe(60);
});

test("readings of sensors nobody announced are left alone", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("x", 1)], 10);
  expect(sensors.size).toBe(1);
});

test("sensors of one name on two devices are two", () => {
  const sensors = new Sensors(() => {});
  sensors.setList([sensor("m001", "temp"), sensor("m000", "temp")]);
  sensors.applyUpdates("m001", [row("temp", 2)], 10);
  const seen = sensors.order.map((index) => [sensors.about[index]?.device, sensors.values[index]]);
  expect(seen).toEqual([
    ["m000", null],
    ["m001", 2],
  ]);
});

test("an update that is older than what another wish has brought is left out", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 2, "nominal", 6)], 10);
  sensors.applyUpdates("cbf", [row("a", 1, "warn", 5)], 11, () => true);
  expect([sensors.values[0], sensors.statuses[0]]).toEqual([2, "nominal"]);
  sensors.applyUpdates("cbf", [row("a", 1, "warn", 5)], 11, () => false); // its clock was set back
  expect([sensors.values[0], sensors.statuses[0]]).toEqual([1, "warn"]);
});

test("what was frozen stays as it was", () => {
  const sensors = filled("a");
  sensors.applyUpdates("cbf", [row("a", 1)], 10);
  const frozen = sensors.frozen();
  sensors.applyUpdates("cbf", [row("a", 2, "error")], 11);
  sensors.change([sensor("cbf", "b")], []);
  expect([frozen.values[0], frozen.statuses[0], frozen.order.length]).toEqual([1, "nominal", 1]);
});

test("a late page of a large snapshot does not take back what is newer in view", () => {
  const sensors = new Sensors(() => {});
  sensors.setList([sensor("cbf", "t1"), sensor("cbf", "t2")]);
  const row = (name: string, timestamp: number, value: number) => {
    return { sensor: name, timestamp, status: "nominal" as const, value, received: timestamp };
  };
  sensors.applyUpdates("cbf", [row("t1", 20, 2), row("t2", 20, 2)], 20);
  sensors.applySnapshot("cbf", [row("t1", 10, 1), row("t2", 10, 1)], (name) => name === "t1");
  expect(sensors.order.map((index) => sensors.values[index])).toEqual([2, 1]);
});
