/**
 * When a plot is drawn: while it follows the present, as often as that moves it by a pixel, but
 * four times a second at most and once at least (once where the person asked for less motion);
 * in the next frame when something was changed by hand; and never while the page is hidden: on
 * return it is drawn once.
 */

const MOST_OFTEN_MS = 250;
const LEAST_OFTEN_MS = 1000;

export class Steady {
  readonly #draw: () => void;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #timer: ReturnType<typeof setInterval> | null = null;
  #frame: number | null = null;
  /** A pixel's worth of time; null: nothing moves. */
  #pixel_s: number | null = null;

  constructor(draw: () => void) {
    this.#draw = draw;
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#calm.addEventListener("change", this.#onVisibility);
  }

  /** Follow the present, which moves the picture by a pixel in so many seconds; null: do not. */
  follow(pixel_s: number | null): void {
    if (pixel_s === this.#pixel_s) return;
    this.#pixel_s = pixel_s;
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
    this.follow(null);
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
    if (this.#pixel_s === null || document.hidden) return;
    const least_ms = this.#calm.matches ? LEAST_OFTEN_MS : MOST_OFTEN_MS;
    const period_ms = Math.min(LEAST_OFTEN_MS, Math.max(least_ms, this.#pixel_s * 1000));
    this.#timer = setInterval(() => this.request(), period_ms);
  }
}
