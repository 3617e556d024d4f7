/**
 * The arguments that are being written: as one line, and field by field where the help tells
 * what there is. Both show the same; the line is in the URL.
 */
import { useMemo, useState } from "preact/hooks";
import {
  type Field,
  type RequestForm,
  textsOfForm,
  wordsOfForm,
} from "../../model/requests/request_help";
import { asTyped, typedWords } from "../../model/words";
import { useDashboard } from "../dashboard_context";

export interface Arguments {
  readonly line: string;
  /** Null where the fields cannot show what is in the line. */
  readonly texts: readonly string[] | null;
  /** Null as long as something is wrong. */
  readonly words: readonly string[] | null;
  /** What is wrong, or null. */
  readonly problem: string | null;
  setLine(line: string): void;
  setText(position: number, text: string): void;
}

type Written = Pick<Arguments, "line" | "texts" | "words" | "problem">;

export function useArguments({ fields }: RequestForm): Arguments {
  const { location } = useDashboard();
  const given = location.get("args");
  const [byFields, setByFields] = useState<(Written & { fields: readonly Field[] }) | null>(null);
  const byLine = useMemo(() => writtenAs(given, fields), [given, fields]);
  // What is in the fields counts as long as nobody has changed the line since.
  const isByFields = byFields?.line === given && byFields.fields === fields;
  const written = isByFields ? byFields : byLine;
  return {
    ...written,
    setLine: (line) => {
      setByFields(null);
      location.replace({ args: line });
    },
    setText: (position, text) => {
      const texts = fields.map((_, at) => (at === position ? text : (written.texts?.[at] ?? "")));
      const made = wordsOfForm(fields, texts, typedWords);
      const line = made.ok ? asTyped(made.words) : written.line;
      const words = made.ok ? made.words : null;
      setByFields({ fields, line, texts, words, problem: made.ok ? null : made.why });
      location.replace({ args: line });
    },
  };
}

function writtenAs(line: string, fields: readonly Field[]): Written {
  const typed = typedWords(line);
  if (!typed.ok) return { line, texts: null, words: null, problem: typed.why };
  const texts = textsOfForm(fields, typed.words, asTyped);
  return { line, texts, words: typed.words, problem: null };
}
