import { expect, test } from "vitest";
import { deedsFor, hostingPath } from "../../src/model/hosting";
import { devicesNamed } from "../../src/model/sensors/selection";
import { device as parsed } from "../../src/parse_nouns";
import type { Device } from "../../src/wire";
import { device } from "../fakes";

function named(name: string, extra: Record<string, unknown> = {}): Device {
  const known = parsed(device(name, extra));
  if (known === null) throw new Error("the fake is no device");
  return known;
}

test.each([
  ["synced", true, "admin", ["stop", "restart"]],
  ["sleeping", true, "admin", ["stop", "restart"]],
  ["closed", true, "admin", ["start"]],
  ["closed", true, "viewer", []],
  ["synced", true, null, []],
  ["synced", false, "admin", []],
] as const)("what can be done with a server that is %s (hosted: %s) by %s", (...given) => {
  const [state, isHosted, role, deeds] = given;
  expect(deedsFor(named("weather", { state, hosted: isHosted }), role)).toEqual(deeds);
});

test("a device's name is one part of the path", () => {
  expect(hostingPath("a/b", "stop")).toBe("devices/a%2Fb/hosting/stop");
});

test.each([
  ["", ["m000", "m010", "weather"]],
  ["M01", ["m010"]],
  [" eat ", ["weather"]],
  ["m0?0", ["m000", "m010"]],
  ["x", []],
])("devices searched by %j", (typed, names) => {
  const devices = ["m000", "m010", "weather"].map((name) => named(name));
  expect(devicesNamed(typed, devices).map(({ name }) => name)).toEqual(names);
});
