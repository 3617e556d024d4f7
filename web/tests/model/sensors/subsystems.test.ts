import { expect, test } from "vitest";
import { Sensors } from "../../../src/model/sensors/sensors";
import { rollUp, type Subsystem, subsystemsOf } from "../../../src/model/sensors/subsystems";
import type { Status } from "../../../src/wire";
import { sensor } from "../../fakes";

function made(statuses: Readonly<Record<string, Status>>, device = "cbf"): Sensors {
  const sensors = new Sensors(() => {});
  sensors.setList(Object.keys(statuses).map((name) => sensor(device, name)));
  set(sensors, statuses, device);
  return sensors;
}

function set(sensors: Sensors, statuses: Readonly<Record<string, Status>>, device = "cbf"): void {
  const rows = Object.entries(statuses).map(([name, status]) => {
    return { sensor: name, timestamp: 1, status, value: 1, received: 1 };
  });
  sensors.applySnapshot(device, rows);
}

/** `path sensors abnormal worst`, each with those below it. */
function lines(list: readonly Subsystem[]): string[] {
  return list.flatMap(({ path, sensors, abnormal, worst, children }) => [
    `${path} ${sensors} ${abnormal} ${worst}`,
    ...lines(children),
  ]);
}

const BOARDS: Readonly<Record<string, Status>> = {
  "f10.temp": "nominal",
  "f10.fan.a": "warn",
  "f10.fan.b": "failure",
  "f2.temp": "unknown",
  "f2.power": "nominal",
  "f2.fan.a": "error",
  single: "failure",
};

test("what has several sensors below it, numbers as they count, with the worst of all below", () => {
  expect(lines(subsystemsOf(made(BOARDS), "cbf"))).toEqual([
    "f2 3 1 error", // its fan has one sensor
    "f10 3 2 failure",
    "f10.fan 2 2 failure",
  ]);
});

test("looked at again: statuses that changed, sensors that came and went", () => {
  const sensors = made(BOARDS);
  subsystemsOf(sensors, "cbf");
  set(sensors, { "f10.fan.b": "nominal", "f2.fan.a": "nominal" });
  expect(lines(subsystemsOf(sensors, "cbf"))).toEqual([
    "f2 3 0 null",
    "f10 3 1 warn",
    "f10.fan 2 1 warn",
  ]);
  sensors.change([sensor("cbf", "f2.fan.b")], [["cbf", "f10.fan.a"]]);
  expect(lines(subsystemsOf(sensors, "cbf"))).toEqual([
    "f2 4 0 null",
    "f2.fan 2 0 null",
    "f10 2 0 null",
  ]);
});

test("those of other devices do not count", () => {
  expect(subsystemsOf(made(BOARDS, "dish"), "cbf")).toEqual([]);
});

test.each([
  [{}, 0, null],
  [{ nominal: 5, unknown: 2, inactive: 1 }, 0, null],
  [{ warn: 2, unreachable: 1 }, 3, "unreachable"],
  [{ error: 1, warn: 7 }, 8, "error"],
])("%o comes to %i, %s", (counts, abnormal, worst) => {
  expect(rollUp(counts)).toEqual({ abnormal, worst });
});
