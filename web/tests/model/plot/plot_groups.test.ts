import { expect, test } from "vitest";
import { grouped } from "../../../src/model/plot/plot_groups";
import { parseName } from "../../../src/model/sensors/sensor_name";

const row = (name: string, kind: "number" | "state" | null, units = "") => ({
  name,
  about: { type: "float", units, description: "" },
  trace: kind && { kind },
});

test("numbers share a chart by units, states have one for all, and the unknown wait", () => {
  const { charts, states } = grouped([
    row("a", "number", "K"),
    row("b", "state"),
    row("c", "number"),
    row("d", "number", "K"),
    row("e", null, "K"),
    row("f", "state", "K"),
  ]);
  expect(charts.map(({ units, rows }) => [units, rows.map(({ name }) => name)])).toEqual([
    ["K", ["a", "d"]],
    ["", ["c"]],
  ]);
  expect(states.map(({ name }) => name)).toEqual(["b", "f"]);
});

test.each([
  ["cbf:temp", { device: "cbf", name: "temp" }],
  [" cbf : temp ", { device: "cbf", name: "temp" }],
  ["cbf:a:b", { device: "cbf", name: "a:b" }],
  ["cbf", null],
  [":temp", null],
  ["cbf:", null],
  ["", null],
])("name %j", (text, name) => {
  expect(parseName(text)).toEqual(name);
});
