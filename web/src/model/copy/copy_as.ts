/**
 * What is seen on the page as a program: for `curl`, Python and `wscat`, to be pasted and run.
 *
 * Names come from devices and may hold anything: whatever is in them, the pasted text does only
 * what it shows. Shell words are in single quotes, characters that cannot be seen are escaped.
 */
import { programFor } from "./copy_as_python";
import { bodyOf, callOf, plainJson, restUrl, type Seen, socketUrl } from "./seen";

export const FORMS = ["curl", "Python", "wscat"] as const;
export type Form = (typeof FORMS)[number];

/** `base`: the page's own address, with its prefix; a query or hash in it does not count. */
export function copyAs(form: Form, seen: Seen, base: string): string {
  switch (form) {
    case "curl":
      return curlFor(seen, base);
    case "Python":
      return programFor(seen, base);
    case "wscat":
      return wscatFor(seen, base);
    default:
      return form satisfies never;
  }
}

function curlFor(seen: Seen, base: string): string {
  const url = shellWord(restUrl(seen, base));
  if (seen.kind === "selection") return `curl -sSN ${url}`;
  if (seen.kind !== "request") return `curl -sS ${url}`;
  const body = shellWord(plainJson(bodyOf(seen)));
  return `curl -sS -H 'Content-Type: application/json' --data-binary ${body} ${url}`;
}

function wscatFor(seen: Seen, base: string): string {
  const call = shellWord(plainJson(callOf(seen)));
  return `npx wscat -s katgate.v1 -w -1 -c ${shellWord(socketUrl(base))} -x ${call}`;
}

/** One word of a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
