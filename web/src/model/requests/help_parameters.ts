/**
 * The list of parameters in a docstring: `name : type, optional` under a heading that is
 * underlined, as numpy's projects and katcp-python's servers write it.
 */
import type { Field, FieldKind } from "./request_help";

const LONGEST_NOTE = 400;

const KINDS: Readonly<Record<string, FieldKind>> = {
  int: "integer",
  integer: "integer",
  float: "float",
  double: "float",
  number: "float",
  bool: "boolean",
  boolean: "boolean",
};

interface Line {
  readonly indent: number;
  readonly text: string;
}

/**
 * The fields; empty if there are other sections, but none of parameters: that is how it is
 * said that there are none. Null if this is no such docstring.
 */
export function parametersIn(text: string): readonly Field[] | null {
  const lines = text.split("\n").map(lineOf);
  const headings = lines.flatMap((_, at) => (isHeading(lines, at) ? [at] : []));
  const start = headings.find((at) => /^(parameters|arguments|args)$/i.test(lines[at]?.text ?? ""));
  if (start === undefined) {
    return headings.some((at) => /^(returns|informs)$/i.test(lines[at]?.text ?? "")) ? [] : null;
  }
  const end = headings.find((at) => at > start) ?? lines.length;
  return entries(lines.slice(start + 2, end));
}

function lineOf(line: string): Line {
  const text = line.trim();
  return { indent: line.length - line.trimStart().length, text };
}

function isHeading(lines: readonly Line[], at: number): boolean {
  const word = lines[at]?.text ?? "";
  return /^[A-Za-z][A-Za-z ]{2,30}$/.test(word) && /^-{3,}$/.test(lines[at + 1]?.text ?? "");
}

function entries(lines: readonly Line[]): readonly Field[] | null {
  const told = lines.filter((line) => line.text !== "");
  const indent = told[0]?.indent ?? 0;
  const groups: { first: string; rest: string[] }[] = [];
  for (const line of told) {
    if (line.indent < indent) break; // the section is over
    const last = groups.at(-1);
    if (line.indent === indent) groups.push({ first: line.text, rest: [] });
    else if (last !== undefined) last.rest.push(line.text);
  }
  const fields = groups.map(({ first, rest }) => entry(first, rest));
  return fields.every((one) => one !== null) ? fields : null;
}

function entry(first: string, rest: readonly string[]): Field | null {
  let head = first;
  let used = 0;
  // A list of choices may go on in the next lines.
  while (head.includes("{") && !head.includes("}") && used < rest.length) {
    head += ` ${rest[used]}`;
    used += 1;
  }
  const parts = /^([A-Za-z_*][\w.-]*) ?: ?(.+)$/.exec(head);
  if (parts === null) return null;
  const [, name = "", type = ""] = parts;
  const about = rest.slice(used).join(" ");
  return {
    name: name.replace(/^\*+/, ""),
    kind: kindOf(type),
    choices: choicesIn(type),
    isOptional: /\boptional\b|\bdefault\b/i.test(type),
    isRepeated: /^(list|sequence|tuple) of\b/i.test(type) || name.startsWith("*"),
    note: clipped(about === "" ? type.replace(/\s+/g, " ") : about),
  };
}

function kindOf(type: string): FieldKind {
  const [word = ""] = type.toLowerCase().split(/[^a-z]/, 1);
  return KINDS[word] ?? "text";
}

/** `{'on', 'off'}` or `{1, 2}`; empty if there is anything else between the braces. */
function choicesIn(type: string): readonly string[] {
  const inside = /^\{([^{}]*)\}/.exec(type)?.[1];
  if (inside === undefined) return [];
  const choices = inside.split(",").map((choice) => choice.trim());
  const plain = choices.map((choice) => /^(?:'([^']+)'|"([^"]+)"|([\w.+-]+))$/.exec(choice));
  const words = plain.map((parts) => parts?.[1] ?? parts?.[2] ?? parts?.[3] ?? "");
  return words.every((word) => word !== "") ? words : [];
}

function clipped(text: string): string {
  return text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE)}…` : text;
}
