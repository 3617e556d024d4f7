import { expect, test } from "vitest";
import shared from "../../../../tests/katcp/patterns.json";
import { exactly, globPattern, isGlob } from "../../../src/model/sensors/pattern";

const globs = shared.globs as [string, string[], string[]][];

test.each(globs)("the glob %s means what it means for katgate", (glob, meant, others) => {
  expect(isGlob(glob)).toBe(true);
  const pattern = globPattern(glob);
  expect(meant.filter((name) => pattern?.test(name))).toEqual(meant);
  expect(others.filter((name) => pattern?.test(name))).toEqual([]);
});

test.each(shared.refused)("the glob %s means nothing", (glob) => {
  expect(globPattern(glob)).toBeNull();
});

test("plain names stay as they are, so that katgate looks them up", () => {
  expect(exactly(["temp", "a.b-c_d", "x]", "/", "/a"])).toEqual([
    "temp",
    "a.b-c_d",
    "x]",
    "/",
    "/a",
  ]);
});

test("odd names are told by a few regexes, however many: katgate takes fifty in a wish", () => {
  const names = Array.from({ length: 200 }, (_, n) => `f07.board[${n}].temperature`);
  const patterns = exactly(names);
  expect(patterns.length).toBeLessThan(12);
  expect(Math.max(...patterns.map(({ length }) => length))).toBeLessThanOrEqual(1000);
  const meant = patterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
  for (const name of names) expect(meant.filter((regex) => regex.test(name)).length).toBe(1);
  expect(meant.some((regex) => regex.test("f07.board0.temperature"))).toBe(false);
});

// katgate reads these very patterns in tests/katcp/test_shared_patterns.py.
test.each(shared.exact as [string, string][])("%s is named by %s", (name, pattern) => {
  expect(exactly([name])).toEqual([pattern]);
});
