/**
 * Many changes, one look: `revision` rises in an animation frame if anything was marked.
 *
 * At once after a quiet time, then at a steady rate: nobody reads faster, and drawing is what
 * costs. In a hidden tab no frames come: the mark stays, nothing piles up.
 */
import { type Signal, signal } from "@preact/signals";
import type { Clock } from "../client/clock";

const PERIOD_S = 0.1;

export class Redraw {
  readonly revision: Signal<number> = signal(0);
  readonly #clock: Clock;
  readonly #requestFrame: (callBack: () => void) => void;
  #isRequested = false;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, requestFrame: (callBack: () => void) => void) {
    this.#clock = clock;
    this.#requestFrame = requestFrame;
  }

  readonly mark = (): void => {
    if (this.#isRequested) return;
    this.#isRequested = true;
    const wait_s = PERIOD_S - (this.#clock.now() - this.#drawnAt);
    if (wait_s <= 0) this.#requestFrame(this.#draw);
    else this.#clock.after(wait_s, () => this.#requestFrame(this.#draw));
  };

  readonly #draw = (): void => {
    this.#isRequested = false;
    this.#drawnAt = this.#clock.now();
    this.revision.value += 1;
  };
}
