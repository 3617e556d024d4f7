/**
 * When a plot is drawn: four times a second while it follows the present (once where the person
 * asked for less motion), in the next frame when something was changed by hand, and never while
 * the page is hidden: on return it is drawn once.
 */

const FOLLOW_MS = 250;
const FOLLOW_CALMLY_MS = 1000;

export class Steady {
  readonly #draw: () => void;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #timer: ReturnType<typeof setInterval> | null = null;
  #frame: number | null = null;
  #isFollowing = false;

  constructor(draw: () => void) {
    this.#draw = draw;
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#calm.addEventListener("change", this.#onVisibility);
  }

  set isFollowing(isFollowing: boolean) {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    this.#setTimer();
  }

  /** Draw in the next frame. */
  request(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#draw();
    });
  }

  end(): void {
    this.isFollowing = false;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#calm.removeEventListener("change", this.#onVisibility);
  }

  readonly #onVisibility = (): void => {
    this.#setTimer();
    if (!document.hidden) this.request();
  };

  #setTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (!this.#isFollowing || document.hidden) return;
    const period_ms = this.#calm.matches ? FOLLOW_CALMLY_MS : FOLLOW_MS;
    this.#timer = setInterval(() => this.request(), period_ms);
  }
}
