import { expect, test } from "vitest";
import { selectionOf } from "../../../src/model/sensors/selection";
import type { Device } from "../../../src/wire";

const DEVICES = ["m000", "m001", "cbf"].map((name) => ({ name })) as unknown as Device[];

const CASES: readonly [pattern: string, kind: string, meant: string[]][] = [
  ["", "none", []],
  ["cbf", "one", ["cbf"]],
  ["dish", "unknown", []],
  ["m*", "many", ["m000", "m001"]],
  ["m00?", "many", ["m000", "m001"]],
  ["m00[1-9]", "many", ["m001"]],
  ["*", "many", ["m000", "m001", "cbf"]],
  ["x*", "many", []],
  ["m[z-a]*", "unknown", []], // katgate refuses it
  ["/m/", "unknown", []],
];

test.each(CASES)("%s is %s", (pattern, kind, meant) => {
  const selection = selectionOf(pattern, DEVICES);
  const devices =
    selection.kind === "one"
      ? [selection.device]
      : selection.kind === "many"
        ? selection.devices
        : [];
  expect([selection.kind, devices.map(({ name }) => name)]).toEqual([kind, meant]);
});

test("nothing is selected before katgate has told its devices", () => {
  expect(selectionOf("cbf", null)).toEqual({ kind: "none" });
});
