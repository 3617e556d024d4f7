/**
 * From a request's name and its `?help` text to the fields of a form.
 *
 * There is no grammar for help texts: each server's authors have habits. What is surely a usage
 * line or a list of parameters becomes fields; all else is left to the line of all arguments. A
 * form that is not shown costs a little typing, a wrong one misleads.
 */
import { parametersIn } from "./help_parameters";
import { usageIn } from "./help_usage";

export type FieldKind = "text" | "integer" | "float" | "boolean";

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Empty: anything. */
  readonly choices: readonly string[];
  readonly isOptional: boolean;
  /** Takes any number of arguments, so it must be the last. */
  readonly isRepeated: boolean;
  /** What the help says of it, for people. */
  readonly note: string;
}

export interface RequestForm {
  readonly fields: readonly Field[];
  /**
   * `parameters` and `usage`: what told the fields (there may be none: then it says so).
   * `nothing`: the help does not say what the request takes.
   */
  readonly source: "parameters" | "usage" | "nothing";
}

const NOTHING: RequestForm = { fields: [], source: "nothing" };
/** Longer texts are not searched further: nobody has usage behind so much. */
const LONGEST_SEARCHED = 30_000;
const MOST_FIELDS = 12;

export function requestForm(name: string, help: string): RequestForm {
  const text = help.slice(0, LONGEST_SEARCHED);
  const parameters = parametersIn(text);
  if (isUsable(parameters)) return { fields: parameters, source: "parameters" };
  const usage = usageIn(name, text);
  if (isUsable(usage)) return { fields: usage, source: "usage" };
  return NOTHING;
}

export type FormWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly why: string };

/**
 * The arguments of what is filled in, field by field; an empty text is not given. `split` takes
 * the text of a repeated field apart.
 */
export function wordsOfForm(
  fields: readonly Field[],
  texts: readonly string[],
  split: (text: string) => { ok: true; words: readonly string[] } | { ok: false; why: string },
): FormWords {
  const words: string[] = [];
  let firstLeftOut: Field | null = null;
  for (const [position, field] of fields.entries()) {
    const text = texts[position] ?? "";
    if (text === "") {
      if (!field.isOptional) return { ok: false, why: `${field.name} is missing` };
      firstLeftOut ??= field;
      continue;
    }
    if (firstLeftOut !== null) {
      const why = `${field.name} can only be given with ${firstLeftOut.name} before it`;
      return { ok: false, why };
    }
    if (!field.isRepeated) {
      words.push(text);
      continue;
    }
    const several = split(text);
    if (!several.ok) return { ok: false, why: `${field.name}: ${several.why}` };
    words.push(...several.words);
  }
  return { ok: true, words };
}

/** The texts of the fields that give these arguments; null if none do. */
export function textsOfForm(
  fields: readonly Field[],
  words: readonly string[],
  join: (words: readonly string[]) => string,
): readonly string[] | null {
  const isOpen = fields.at(-1)?.isRepeated === true;
  const single = isOpen ? fields.length - 1 : fields.length;
  // An empty text is a field that is not given, so an empty argument has no place there.
  if (words.slice(0, single).includes("")) return null;
  if (words.length > single && !isOpen) return null;
  const texts = words.slice(0, single);
  return isOpen && words.length > single ? [...texts, join(words.slice(single))] : texts;
}

/** What looks odd in a field, or null. Only a hint: the help may be wrong, the device decides. */
export function oddness({ kind, isRepeated }: Field, text: string): string | null {
  if (text === "" || isRepeated) return null;
  if (kind === "integer" && !/^[+-]?(\d+|0x[\da-f]+)$/i.test(text)) return "not a whole number";
  if (kind === "float" && !/^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|nan|inf)$/i.test(text)) {
    return "not a number";
  }
  return null;
}

/** Arguments are told apart by place alone, so what follows an optional one must be optional. */
function isUsable(fields: readonly Field[] | null): fields is readonly Field[] {
  if (fields === null || fields.length > MOST_FIELDS) return false;
  const firstOptional = fields.findIndex((field) => field.isOptional);
  const isInOrder = firstOptional < 0 || fields.slice(firstOptional).every((f) => f.isOptional);
  return isInOrder && fields.slice(0, -1).every((field) => !field.isRepeated);
}
