import { expect, test } from "vitest";
import { formatAge, formatValue } from "../../src/view/format";
import { TIMES } from "../../src/view/times";
import type { Value } from "../../src/wire";

test.each<[Value, string, string, string]>([
  [42, "integer", "42", "42"],
  ["92233720368547758070", "integer", "92233720368547758070", "92233720368547758070"],
  [20.123456789012, "float", "20.1234568", "20.123456789012"],
  [0.1, "float", "0.1", "0.1"],
  [1.2345678901234e-17, "float", "1.23456789e-17", "1.2345678901234e-17"],
  ["nan", "float", "nan", "nan"],
  [true, "boolean", "true", "true"],
  [1.5, "timestamp", "1970-01-01 00:00:01.500 UTC", "1.5"],
  [1e300, "timestamp", "1e+300", "1e+300"],
  ["", "string", "(empty)", "(empty)"],
  ["a\nb", "string", "a\\nb", "a\nb"],
  ["\u202etxt.exe", "string", "\\u202etxt.exe", "\u202etxt.exe"],
  [{ base64: "/wA=" }, "string", "base64 /wA=", "base64 /wA="],
  [{ omitted: 600000 }, "string", "600000 bytes, not shown", "600000 bytes, not shown"],
  [null, "float", "no reading yet", "no reading yet"],
])("%o of type %s is shown as %j, exactly %j", (value, type, short, exact) => {
  expect(formatValue(value, type, TIMES.UTC)).toMatchObject({ short, exact });
});

test("a time is shown as the person wants it", () => {
  expect(formatValue(0, "timestamp", TIMES.local).short).toMatch(/^19(69|70)-.*[+-]\d\d:\d\d$/);
});

test("a long text is cut in the cell and whole in the tooltip", () => {
  const { short, exact } = formatValue("x".repeat(100_000), "string", TIMES.UTC);
  expect(short.length).toBeLessThan(300);
  expect(exact.length).toBe(100_000);
});

test("numbers, also those that come as strings, are set right; other types are not", () => {
  const isNumber = (value: Value, type: string) => formatValue(value, type, TIMES.UTC).isNumber;
  expect([isNumber(1, "integer"), isNumber("inf", "float")]).toEqual([true, true]);
  expect([isNumber("1", "string"), isNumber(null, "float")]).toEqual([false, false]);
});

test.each([
  [null, ""],
  [-0.5, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3600 * 2 + 300, "2 h 05 min"],
  [86400 * 3 + 3600, "3 d 1 h"],
])("an age of %s is %j", (age_s, text) => {
  expect(formatAge(age_s)).toBe(text);
});
