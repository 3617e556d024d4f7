/**
 * Words of KATCP messages as people read and write them.
 *
 * A line typed by a person is taken apart at blanks; quotes keep blanks together, and KATCP's own
 * escapes are understood in and out of quotes. What is sent is always shown as the exact line.
 */
import type { Word } from "../wire";

export type TypedWords =
  | { readonly ok: true; readonly words: readonly string[] }
  /** `at`: where in the text, from 0. */
  | { readonly ok: false; readonly at: number; readonly why: string };

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  _: " ",
  0: "\0",
  n: "\n",
  r: "\r",
  e: "\u001b",
  t: "\t",
  "@": "",
};
const ESCAPED = new Map(Object.entries(ESCAPES).map(([code, plain]) => [plain, `\\${code}`]));

/** Control characters, and those that turn or hide the text around them. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const UNSEEN_BUT_LINES = new RegExp(`(?![\\n\\t])(?:${UNSEEN.source})`, "g");

/** The request as it goes over the wire, without its end of line. */
export function katcpLine(name: string, words: readonly string[]): string {
  return [`?${name}`, ...words.map(katcpWord)].join(" ");
}

export function katcpWord(word: string): string {
  if (word === "") return "\\@";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that KATCP escapes
  return word.replace(/[\\ \0\n\r\u001b\t]/g, (plain) => ESCAPED.get(plain) ?? plain);
}

/** A word of a message for people: harmless, one line; bytes and what was left out are said. */
export function wordText(word: Word): string {
  if (typeof word === "string") return word === "" ? "(empty)" : visible(word);
  return "base64" in word ? `base64 ${word.base64}` : `(${word.omitted} bytes, not shown)`;
}

/** Line ends, control and other unseen characters as a program would write them. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** The same for texts of several lines. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(UNSEEN_BUT_LINES, escaped);
}

/** Take apart what a person typed. */
export function typedWords(text: string): TypedWords {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text.charAt(at))) {
      at += 1;
      continue;
    }
    const word = typedWord(text, at);
    if ("why" in word) return { ok: false, ...word };
    words.push(word.word);
    at = word.end;
  }
  return { ok: true, words };
}

/** A text that `typedWords` takes apart into just these words; empty for none. */
export function asTyped(words: readonly string[]): string {
  return words.map((word) => typedForm(word)).join(" ");
}

type OneWord =
  | { readonly word: string; readonly end: number }
  | { readonly at: number; readonly why: string };

function typedWord(text: string, start: number): OneWord {
  let word = "";
  let quote = "";
  let quotedAt = start;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\\") {
      at += 1;
      const plain = ESCAPES[text.charAt(at)] ?? quoteMark(text.charAt(at));
      if (plain === undefined) {
        const written = text.slice(at - 1, at + 1);
        return { at: at - 1, why: `${written} is no escape of KATCP; a backslash is \\\\` };
      }
      word += plain;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (isBlank(character)) {
      break;
    } else if (at === start && quoteMark(character) !== undefined) {
      quote = character;
      quotedAt = at;
    } else {
      word += character;
    }
  }
  if (quote !== "") return { at: quotedAt, why: `the quote ${quote} is not closed` };
  return { word, end: at };
}

function typedForm(word: string): string {
  if (word === "") return '""';
  const escapedWord = katcpWord(word);
  if (/^["']/.test(word)) return `\\${escapedWord}`;
  return escapedWord;
}

function quoteMark(character: string): string | undefined {
  return character === '"' || character === "'" ? character : undefined;
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  if (short !== character) return short;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
