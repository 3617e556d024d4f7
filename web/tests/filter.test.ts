import { expect, test } from "vitest";
import { parseFilter } from "../src/model/filter";

test.each([
  ["", "ant1.temp", true],
  ["temp", "ant1.temp", true],
  ["TEMP", "ant1.temp", true],
  ["temp", "ant1.Temp", true],
  ["t1.t", "ant1.temp", true],
  ["t1xt", "ant1.temp", false],
  ["*.temp", "ant1.temp", true],
  ["*.temp", "ant1.temp.max", false],
  ["ant*.temp*", "ant1.temp.max", true],
  ["ant*", "big.ant1", false],
  ["a.c", "abc", false], // a dot is a dot
  ["a+(", "x.a+(b", true],
  ["*[*", "a[0]", true],
  ["ant1 temp", "ant1.temp", true],
  ["ant1 wind", "ant1.temp", false],
  ["status:nothing", "ant1.temp", false], // no status, so it must be a part of the name
])("filter %j on %j: %s", (text, name, isShown) => {
  expect(parseFilter(text).matches(name, "nominal")).toBe(isShown);
});

test("status words look at the status, and say that they do", () => {
  const filter = parseFilter("status:warn temp");
  expect(filter.needsStatus).toBe(true);
  expect(filter.matches("temp", "warn")).toBe(true);
  expect(filter.matches("temp", "error")).toBe(false);
  expect(parseFilter("temp").needsStatus).toBe(false);
});

test("abnormal takes in all that an operator is called for", () => {
  const { matches } = parseFilter("status:abnormal");
  const statuses = ["warn", "error", "failure", "unreachable", "unknown", "inactive"] as const;
  expect(statuses.map((status) => matches("x", status))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
