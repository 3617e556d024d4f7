import { expect, test } from "vitest";
import { filtered, parseFilter } from "../../../src/model/sensors/filter";
import { Sensors } from "../../../src/model/sensors/sensors";
import type { Sensor } from "../../../src/wire";
import { sensor } from "../../fakes";

const named = (name: string): Sensor => ({
  ...sensor("cbf", name),
  description: "Bearing of the wind",
  units: "degC",
});

test.each([
  ["", "ant1.temp", true],
  ["temp", "ant1.temp", true],
  ["TEMP", "ant1.temp", true],
  ["temp", "ant1.Temp", true],
  ["t1.t", "ant1.temp", true],
  ["t1xt", "ant1.temp", false],
  ["*.temp", "ant1.temp", true],
  ["*.temp", "ant1.temp.max", false],
  ["ant?.temp", "ant1.temp", true],
  ["ant*.temp*", "ant1.temp.max", true],
  ["ant*", "big.ant1", false],
  ["a.c", "abc", false], // a dot is a dot
  ["a+(", "x.a+(b", true],
  ["*[*", "a[0]", true],
  ["ant1 temp", "ant1.temp", true],
  ["ant1 radar", "ant1.temp", false],
  ["bearing", "ant1.temp", true], // of the description
  ["degc", "ant1.temp", true], // the units
  ["/^ANT[0-3]\\.t/", "ant1.temp", true],
  ["/^ant[2-3]/", "ant1.temp", false],
  ["/a b/ temp", "a b.temp", true],
  ["/a", "x/a", true], // no regular expression: it does not end
  ["nominal", "ant1.temp", true], // the status
  ["warn", "ant1.temp", false],
  ["warn", "ant1.warning", true],
])("filter %j on %j: %s", (text, name, isShown) => {
  expect(parseFilter(text).matches(named(name), "nominal")).toBe(isShown);
});

test("status words look at the status, and say that they do", () => {
  const filter = parseFilter("status:warn temp");
  expect(filter.needsStatus).toBe(true);
  expect(filter.matches(named("temp"), "warn")).toBe(true);
  expect(filter.matches(named("temp"), "error")).toBe(false);
  expect(parseFilter("temp").needsStatus).toBe(false);
});

test("abnormal takes in all that an operator is called for", () => {
  const { matches } = parseFilter("status:abnormal");
  const statuses = ["warn", "error", "failure", "unreachable", "unknown", "inactive"] as const;
  expect(statuses.filter((status) => matches(named("x"), status))).toEqual([
    "warn",
    "error",
    "failure",
    "unreachable",
  ]);
});

test.each(["status:nothing", "/a(/"])("%s is said to be wrong, and nothing matches", (text) => {
  const filter = parseFilter(text);
  expect(filter.problem).not.toBeNull();
  expect(filter.matches(named("a("), "nominal")).toBe(false);
});

test("a subsystem is what stands before the dot, not what begins alike", () => {
  const sensors = new Sensors(() => {});
  sensors.setList(["f1.a", "f10.a", "f1"].map(named));
  const shown = filtered(sensors, parseFilter(""), "f1");
  expect(shown.map((index) => sensors.about[index]?.name)).toEqual(["f1.a"]);
});
