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

/**
 * `base`: the page's own address, with its prefix; a query or hash in it does not count.
 * `hasLogins`: what is copied takes a token from the variable KATGATE_TOKEN; it never has one in it.
 */
export function copyAs(form: Form, seen: Seen, base: string, hasLogins = false): string {
  switch (form) {
    case "curl":
      return curlFor(seen, base, hasLogins);
    case "Python":
      return programFor(seen, base, hasLogins);
    case "wscat":
      return wscatFor(seen, base, hasLogins);
    default:
      return form satisfies never;
  }
}

/** In double quotes: the shell puts the variable in. */
const TOKEN = ' -H "Authorization: Bearer $KATGATE_TOKEN"';

function curlFor(seen: Seen, base: string, hasLogins: boolean): string {
  const url = shellWord(restUrl(seen, base));
  const token = hasLogins ? TOKEN : "";
  if (seen.kind === "selection") return `curl -sSN${token} ${url}`;
  if (seen.kind !== "request") return `curl -sS${token} ${url}`;
  const body = shellWord(plainJson(bodyOf(seen)));
  return `curl -sS${token} -H 'Content-Type: application/json' --data-binary ${body} ${url}`;
}

function wscatFor(seen: Seen, base: string, hasLogins: boolean): string {
  const call = shellWord(plainJson(callOf(seen)));
  const token = hasLogins ? TOKEN : "";
  return `npx wscat -s katgate.v1${token} -w -1 -c ${shellWord(socketUrl(base))} -x ${call}`;
}

/** One word of a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
