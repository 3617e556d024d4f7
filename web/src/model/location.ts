/**
 * What the page shows, kept in the URL's hash: `#page=plot&device=cbf&filter=*.temp`.
 *
 * A link to it, a reload and the browser's back button all lead to the same view. Going to
 * another page, device or sensor makes an entry in the history; typing does not. Every part of
 * the page reads and writes the fields that are its own, by name; none knows all of them.
 */
import { type Signal, signal } from "@preact/signals";

export const PAGES = ["sensors", "plot", "compare", "requests", "log", "admin"] as const;
export type Page = (typeof PAGES)[number];

/** Fields to set; empty ones, and null, are left out of the URL. */
export type Change = Readonly<Record<string, string | readonly string[] | null>>;

/** The part of `window` that is used. */
export interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: {
    replaceState(state: null, title: string, url: string): void;
    pushState(state: null, title: string, url: string): void;
  };
  addEventListener(event: "hashchange", callBack: () => void): void;
}

export class Location {
  readonly #fields: Signal<URLSearchParams>;
  readonly #bar: AddressBar;

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.#fields = signal(parseHash(bar.location.hash));
    bar.addEventListener("hashchange", () => {
      this.#fields.value = parseHash(bar.location.hash);
    });
  }

  get page(): Page {
    const wanted = this.get("page");
    return PAGES.find((page) => page === wanted) ?? "sensors";
  }

  /** A device's name or a glob; empty: none yet. */
  get device(): string {
    return this.get("device");
  }

  /** A field, or the empty text. */
  get(field: string): string {
    return this.#fields.value.get(field) ?? "";
  }

  /** All values of a field that may be there several times. */
  all(field: string): readonly string[] {
    return this.#fields.value.getAll(field);
  }

  /** Where a link leads that changes these fields. */
  href(change: Change): string {
    return toHash(changed(this.#fields.value, change));
  }

  /** Change the URL and the page, without an entry in the history. */
  replace(change: Change): void {
    const next = changed(this.#fields.value, change);
    this.#bar.history.replaceState(null, "", toHash(next));
    this.#fields.value = next;
  }

  /** The same, as a link does it: the back button leads here again. */
  go(change: Change): void {
    const next = changed(this.#fields.value, change);
    if (toHash(next) === toHash(this.#fields.value)) return;
    this.#bar.history.pushState(null, "", toHash(next));
    this.#fields.value = next;
  }
}

function parseHash(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ""));
}

function toHash(fields: URLSearchParams): string {
  return `#${fields.toString()}`;
}

function changed(fields: URLSearchParams, change: Change): URLSearchParams {
  const next = new URLSearchParams(fields);
  for (const [field, value] of Object.entries(change)) {
    next.delete(field);
    const values = typeof value === "string" ? [value] : (value ?? []);
    for (const one of values) if (one !== "") next.append(field, one);
  }
  return next;
}
