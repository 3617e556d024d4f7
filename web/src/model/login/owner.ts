/** Whose tab this is: what is kept in it, such as the history of requests, is not for the next one. */
import type { Store } from "../settings";

const KEY = "katgate.user";

export class Owner {
  readonly #store: Store;

  /** `store` is the tab's own, which outlives a reload. */
  constructor(store: Store) {
    this.#store = store;
  }

  /** Note who is here now, and say whether somebody else was before. */
  isAnother(user: string | null): boolean {
    if (user === null) return false; // a katgate that knows no users
    let before: string | null = null;
    try {
      before = this.#store.getItem(KEY);
      this.#store.setItem(KEY, user);
    } catch {
      // Full, or forbidden: then nothing else is kept either.
    }
    return before !== null && before !== user;
  }
}
