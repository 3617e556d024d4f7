/**
 * Usage in a help text: `?gain input [value]`, between backticks, in parentheses, or alone on a
 * line. Lines of a dialogue (an example) look alike and are left out.
 */
import type { Field } from "./request_help";

/** Words of a sentence: what was found is prose that mentions the request. */
const PROSE = new Set(
  "a an the is are was be to of and or it its this that will may can has for from in on at by with if as before after must not".split(
    " ",
  ),
);

/** The fields; empty if it says that there are no arguments, null if it says nothing. */
export function usageIn(name: string, text: string): readonly Field[] | null {
  const found = candidates(name, text).map(fieldsOf);
  const read = found.filter((fields) => fields !== null);
  const told = read.filter((fields) => fields.length > 0);
  const [first, ...others] = told;
  // Something with arguments that we cannot read: better none than half of it.
  if (first === undefined) return found.length > 0 && found.length === read.length ? [] : null;
  const isOne = others.every((fields) => namesOf(fields) === namesOf(first));
  return isOne ? first : null;
}

function namesOf(fields: readonly Field[]): string {
  return fields.map(({ name, isOptional }) => `${name} ${isOptional}`).join();
}

/** What follows `?name` wherever that may be a usage. */
function candidates(name: string, text: string): string[] {
  const found: string[] = [];
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const lines = paragraph.split("\n").map((line) => line.trim());
    if (lines.some((line) => isReplyOrInform(line))) continue;
    // A dialogue is told by its mids, too, and what stands under "Examples" by its place.
    if (/^(examples?|notes?)\b.{0,2}$/i.test(lines[0] ?? "")) break;
    for (const [place, line] of lines.entries()) {
      const before = lines[place - 1];
      found.push(...inLine(name, line, before === undefined || /[.:-]$/.test(before)));
    }
  }
  return found;
}

function isReplyOrInform(line: string): boolean {
  return /^[!#][A-Za-z][A-Za-z0-9-]*(\[\d+\])?( |$)/.test(line);
}

function inLine(name: string, line: string, startsHere: boolean): string[] {
  const found: string[] = [];
  const wanted = `?${name}`;
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + 1)) {
    const before = line.slice(0, at);
    const rest = line.slice(at + wanted.length);
    if (/^[A-Za-z0-9-]/.test(rest) || /^\[\d+\]/.test(rest)) continue; // another name; an example
    if (before.endsWith("``")) found.push(upTo(rest, "``"));
    else if (before.endsWith("`")) found.push(upTo(rest, "`"));
    else if (before.endsWith("(")) found.push(upToParenthesis(rest));
    else if ((before === "" && startsHere) || /: ?$/.test(before)) found.push(upToStop(rest));
  }
  return found;
}

function upTo(rest: string, end: string): string {
  const at = rest.indexOf(end);
  return at < 0 ? rest : rest.slice(0, at);
}

/** Some C servers forget to close it. */
function upToParenthesis(rest: string): string {
  return upTo(rest, ")");
}

function upToStop(rest: string): string {
  const at = rest.search(/(?<!\.)[.;,]$|[;,]\s|(?<!\.)\.\s| [-–] | {2}/);
  return at < 0 ? rest : rest.slice(0, at);
}

/** The fields of `input [value]`; null if there is anything that cannot be such. */
function fieldsOf(usage: string): readonly Field[] | null {
  const fields: Field[] = [];
  const reader = { text: usage.trim(), at: 0 };
  return readTokens(reader, 0, fields) && reader.at === reader.text.length ? fields : null;
}

interface Reader {
  readonly text: string;
  at: number;
}

const DEEPEST = 8;

function readTokens(reader: Reader, depth: number, fields: Field[]): boolean {
  if (depth > DEEPEST) return false;
  if (depth > 0 && readAlternatives(reader, fields)) return true;
  while (reader.at < reader.text.length) {
    const next = reader.text.charAt(reader.at);
    if (/\s/.test(next)) reader.at += 1;
    else if (next === "]") return depth > 0;
    else if (next === "[") {
      reader.at += 1;
      if (!readTokens(reader, depth + 1, fields)) return false;
      if (reader.at < reader.text.length) reader.at += 1; // the bracket; it may be forgotten
    } else if (!readToken(reader, depth > 0, fields)) return false;
  }
  return true;
}

/** `[name or /regex/]`: one argument, in more than one word. */
function readAlternatives(reader: Reader, fields: Field[]): boolean {
  const whole = /^([A-Za-z][\w.-]*) or [^[\]]{1,40}(?=\])/.exec(reader.text.slice(reader.at));
  if (whole === null) return false;
  reader.at += whole[0].length;
  fields.push(field(whole[1] ?? "", { isOptional: true, note: whole[0] }));
  return true;
}

function readToken(reader: Reader, isOptional: boolean, fields: Field[]): boolean {
  // Brackets that begin within a word belong to it: `name[,name...]`, `address[/size]`.
  const token = /^(?:[^\s[\]]+(?:\[[^\s[\]]*\])?)+/.exec(reader.text.slice(reader.at))?.[0];
  if (token === undefined) return false;
  reader.at += token.length;
  if (/^(\.\.\.|…)$/.test(token)) return repeatLast(fields);
  const parts =
    /^([<{]?)([A-Za-z][\w.:/-]*?(?:\|[A-Za-z][\w.-]*)*)([>}]?)((?:\[[^\]]*\])?)(\.\.\.|…|[+*])?$/.exec(
      token,
    );
  if (parts === null || PROSE.has(token)) return false;
  const [, , word = "", , , repeat] = parts;
  const choices = word.includes("|") ? word.split("|") : [];
  const note = token === word ? "" : token;
  fields.push(field(word, { isOptional, choices, note, isRepeated: repeat !== undefined }));
  return true;
}

function repeatLast(fields: Field[]): boolean {
  const last = fields.pop();
  if (last === undefined) return false;
  fields.push({ ...last, isRepeated: true, note: `${last.name} ...` });
  return true;
}

function field(name: string, more: Partial<Field>): Field {
  const plain = {
    kind: "text",
    choices: [],
    isOptional: false,
    isRepeated: false,
    note: "",
  } as const;
  return { name, ...plain, ...more };
}
