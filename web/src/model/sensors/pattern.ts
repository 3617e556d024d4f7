/**
 * katgate's patterns, as far as the page reads and writes them itself: names and globs.
 *
 * `tests/katcp/patterns.json` says what they mean, to both sides.
 */

/** katgate takes patterns of 1,000 characters, and 50 that are no names in one wish. */
const MOST_CHARACTERS = 900;

/** Whether a text is no name, but means all names of a kind. `/regex/`es are katgate's alone. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * What a glob means: `*` any text, `?` one character, `[ab0-3]` and `[!ab]` one of some, or none
 * of them. Null for one that katgate refuses, such as `[z-a]`.
 */
export function globPattern(glob: string, flags = ""): RegExp | null {
  const parts = glob.replace(
    /\[(?:(!)|(?!!))([\s\S][^\]]*)\]|[\s\S]/gu,
    (one, not: string | undefined, inside: string | undefined) => {
      if (inside !== undefined) return `[${not ? "^" : ""}${classInside(inside, !not)}]`;
      return one === "*" ? ".*" : one === "?" ? "." : quoted(one);
    },
  );
  try {
    return new RegExp(`^${parts}$`, `su${flags}`);
  } catch {
    return null;
  }
}

/** Patterns for these names and no others: some would be taken for a glob or a regex. */
export function exactly(names: Iterable<string>): readonly string[] {
  const plain: string[] = [];
  const odd: string[][] = [];
  let left = 0;
  for (const name of names) {
    if (isPlain(name)) {
      plain.push(name);
      continue;
    }
    const text = quoted(name);
    left -= text.length + 1;
    if (left >= 0) odd.at(-1)?.push(text);
    else {
      odd.push([text]);
      left = MOST_CHARACTERS - text.length;
    }
  }
  return [...plain, ...odd.map((texts) => `/^(?:${texts.join("|")})$/`)];
}

function isPlain(name: string): boolean {
  return !isGlob(name) && !/^\/[\s\S]*\/$/.test(name);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A `^` in front means "none of" here, too; a `]` there stands for itself. */
function classInside(inside: string, mayHaveHat: boolean): string {
  const isHat = mayHaveHat && inside.startsWith("^");
  const rest = isHat ? inside.slice(1) : inside;
  return (isHat ? "^" : "") + rest.replace(/[\\[\]^$.*+?(){}|/]/g, "\\$&");
}
