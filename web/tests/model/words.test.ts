import { describe, expect, test } from "vitest";
import {
  asTyped,
  katcpLine,
  typedWords,
  visible,
  visibleLines,
  wordText,
} from "../../src/model/words";

test.each([
  ["", []],
  ["   ", []],
  ["a  b", ["a", "b"]],
  ["m000h 1.5", ["m000h", "1.5"]],
  ['"two words" x', ["two words", "x"]],
  ["'it says \"no\"'", ['it says "no"']],
  ["two\\_words", ["two words"]],
  ["a\\@b \\@", ["ab", ""]],
  ['""', [""]],
  ["it's", ["it's"]], // a quote within a word is itself
  ['\\"x', ['"x']],
  ['"a\\"b"', ['a"b']],
  ['"a\\nb"', ["a\nb"]],
  ["C:\\\\x", ["C:\\x"]],
  ["ünï 日本", ["ünï", "日本"]],
  ['a"b c"', ['a"b', 'c"']],
])("typed %j is %j", (text, words) => {
  expect(typedWords(text)).toEqual({ ok: true, words });
});

test.each([
  ["a \\q", 2, "\\q is no escape"],
  ["a\\", 1, "\\ is no escape"],
  ['x "open', 2, "not closed"],
])("typed %j cannot be read, and it is said where", (text, at, why) => {
  const typed = typedWords(text);
  expect(typed).toMatchObject({ ok: false, at });
  expect(typed.ok ? "" : typed.why).toContain(why);
});

test("what is written for a person to change reads back as the same words", () => {
  const words = ["", "a b", '"', "'x'", "\\", "a\nb\t\0\r\u001b", "plain", "日本", '\\"'];
  expect(typedWords(asTyped(words))).toEqual({ ok: true, words });
});

test("the line is what goes over the wire", () => {
  expect(katcpLine("gain", ["m000 h", "", "\\", "a\n"])).toBe("?gain m000\\_h \\@ \\\\ a\\n");
});

describe("for people", () => {
  test.each([
    ["a\u0007b\n", "a\\u0007b\\n"],
    ["\u202egnp.exe", "\\u202egnp.exe"],
    ["\u0085\u007f", "\\u0085\\u007f"],
    ["<script>", "<script>"],
    ["\ud83d\ude00", "\ud83d\ude00"],
    ["\ud83d", "\\ud83d"],
  ])("%j is seen as %j", (text, seen) => expect(visible(text)).toBe(seen));

  test("texts of several lines keep their lines and nothing else", () => {
    expect(visibleLines("a\r\n\tb\u001b[2J")).toBe("a\n\tb\\u001b[2J");
  });

  test("bytes and what was left out are said", () => {
    expect(wordText({ base64: "/w==" })).toBe("base64 /w==");
    expect(wordText({ omitted: 12 })).toBe("(12 bytes, not shown)");
    expect(wordText("")).toBe("(empty)");
  });
});
