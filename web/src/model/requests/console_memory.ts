/**
 * The console's history over a reload of the page, as far as `sessionStorage` takes it.
 *
 * Informs are not kept, only how many came. What was still waiting is lost to this page: the
 * reply came to nobody. Nothing that is read is believed unseen.
 */

import type { Word } from "../../wire";
import type { Store } from "../settings";
import type { Asked, Entry, EntryState } from "./console_entry";
import { InformsKept } from "./informs_kept";

const KEY = "katgate.console";
/** Browsers take some 5 million characters of one site. */
const MOST_CHARACTERS = 500_000;
/** One request with a file in it must not push all others out. */
const LONGEST_ENTRY = 50_000;

type Fields = Readonly<Record<string, unknown>>;

export class ConsoleMemory {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(): readonly Entry[] {
    try {
      const kept: unknown = JSON.parse(this.#store.getItem(KEY) ?? "[]");
      if (!Array.isArray(kept)) return [];
      const entries: unknown[] = kept;
      return entries.map(entryOf).filter((entry) => entry !== null);
    } catch {
      return [];
    }
  }

  /** The newest that fit. */
  write(entries: readonly Entry[]): void {
    const texts: string[] = [];
    let room = MOST_CHARACTERS;
    for (const entry of entries) {
      const text = JSON.stringify(keptOf(entry));
      if (text.length > LONGEST_ENTRY) continue;
      room -= text.length;
      if (room < 0) break;
      texts.push(text);
    }
    try {
      this.#store.setItem(KEY, `[${texts.join()}]`);
    } catch {
      // Full, or forbidden: the history lasts as long as the page.
    }
  }
}

function keptOf({ key, asked, time, informs, informsGone, state, duration_s }: Entry) {
  return { key, asked, time, informs: informs.count + informsGone, state, duration_s };
}

function entryOf(kept: unknown): Entry | null {
  if (!isFields(kept) || !isFields(kept.asked)) return null;
  const asked = askedOf(kept.asked);
  const state = isFields(kept.state) ? stateOf(kept.state, asked?.device ?? "") : null;
  if (asked === null || state === null) return null;
  return {
    key: number(kept.key) ?? 0,
    asked,
    time: number(kept.time) ?? 0,
    informs: new InformsKept(),
    informsGone: number(kept.informs) ?? 0,
    state,
    duration_s: number(kept.duration_s),
  };
}

function askedOf(kept: Fields): Asked | null {
  const { device, request } = kept;
  const words = kept.arguments;
  if (typeof device !== "string" || typeof request !== "string" || !Array.isArray(words)) {
    return null;
  }
  const texts: unknown[] = words;
  const known = texts.filter((word) => typeof word === "string");
  if (known.length !== texts.length) return null;
  return { device, request, arguments: known, timeout_s: number(kept.timeout_s) };
}

function stateOf(kept: Fields, device: string): EntryState | null {
  const detail = text(kept.detail);
  switch (kept.kind) {
    case "waiting": {
      const reloaded = `The page was loaded anew before the reply came. Whether ${device} has carried it out is not known here.`;
      return { kind: "lost", detail: reloaded };
    }
    case "ok":
      return {
        kind: "ok",
        arguments: wordsOf(kept.arguments),
        duration_s: number(kept.duration_s) ?? 0,
      };
    case "failed":
      return { kind: "failed", words: text(kept.words), detail };
    case "timed-out":
      return { kind: "timed-out", elapsed_s: number(kept.elapsed_s), detail };
    case "lost":
    case "not-sent":
    case "unconfirmed":
      return { kind: kept.kind, detail };
    default:
      return null;
  }
}

function wordsOf(kept: unknown): readonly Word[] {
  if (!Array.isArray(kept)) return [];
  const words: unknown[] = kept;
  return words.map((word) => {
    if (isFields(word) && typeof word.base64 === "string") return { base64: word.base64 };
    if (isFields(word) && typeof word.omitted === "number") return { omitted: word.omitted };
    return text(word);
  });
}

function isFields(thing: unknown): thing is Fields {
  return typeof thing === "object" && thing !== null && !Array.isArray(thing);
}

function number(thing: unknown): number | null {
  return typeof thing === "number" ? thing : null;
}

function text(thing: unknown): string {
  return typeof thing === "string" ? thing : "";
}
