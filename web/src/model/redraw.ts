/**
 * Many changes, one look: `revision` rises once per animation frame if anything was marked.
 *
 * In a hidden tab no frames come: the mark stays, nothing piles up.
 */
import { type Signal, signal } from "@preact/signals";

export class Redraw {
  readonly revision: Signal<number> = signal(0);
  readonly #requestFrame: (callBack: () => void) => void;
  #isRequested = false;

  constructor(requestFrame: (callBack: () => void) => void) {
    this.#requestFrame = requestFrame;
  }

  readonly mark = (): void => {
    if (this.#isRequested) return;
    this.#isRequested = true;
    this.#requestFrame(() => {
      this.#isRequested = false;
      this.revision.value += 1;
    });
  };
}
