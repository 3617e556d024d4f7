/**
 * What the page shows, kept in the URL's hash: `#device=cbf&filter=*.temp`.
 *
 * A link to it, a reload and the browser's back button all lead to the same page. Selecting a
 * device makes an entry in the history; typing in the filter does not.
 */
import { type Signal, signal } from "@preact/signals";

export interface Place {
  readonly device: string | null;
  readonly filter: string;
}

/** The part of `window` that is used. */
export interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: { replaceState(state: null, title: string, url: string): void };
  addEventListener(event: "hashchange", callBack: () => void): void;
}

export class Location {
  readonly place: Signal<Place>;
  readonly #bar: AddressBar;

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.place = signal(parseHash(bar.location.hash));
    bar.addEventListener("hashchange", () => {
      this.place.value = parseHash(bar.location.hash);
    });
  }

  replace(change: Partial<Place>): void {
    this.place.value = { ...this.place.value, ...change };
    this.#bar.history.replaceState(null, "", toHash(this.place.value));
  }
}

export function parseHash(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return { device: fields.get("device") || null, filter: fields.get("filter") ?? "" };
}

export function toHash(place: Place): string {
  const fields = new URLSearchParams();
  if (place.device !== null) fields.set("device", place.device);
  if (place.filter !== "") fields.set("filter", place.filter);
  return `#${fields.toString()}`;
}
