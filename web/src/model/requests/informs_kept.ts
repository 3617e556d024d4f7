/** The informs of one request: all of a few, of a flood the first and the last. */
import type { Word } from "../../wire";

const MOST_FIRST = 200;
const MOST_LAST = 200;

export class InformsKept {
  readonly first: (readonly Word[])[] = [];
  /** A ring once it is full; `last` has them in order. */
  readonly #ring: (readonly Word[])[] = [];
  /** How many came in all. */
  count = 0;

  add(words: readonly Word[]): void {
    this.count += 1;
    if (this.first.length < MOST_FIRST) this.first.push(words);
    else this.#ring[(this.count - 1 - MOST_FIRST) % MOST_LAST] = words;
  }

  /** The newest, oldest first, without those that are among the first. */
  get last(): readonly (readonly Word[])[] {
    const start = this.notKept === 0 ? 0 : (this.count - MOST_FIRST) % MOST_LAST;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }

  /** How many between the first and the last are not kept. */
  get notKept(): number {
    return Math.max(0, this.count - MOST_FIRST - MOST_LAST);
  }
}
