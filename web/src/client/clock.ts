/**
 * Time, as the models are given it, so that tests can turn it by hand.
 *
 * `ServerTime` is katgate's clock seen from here: the page's own wall clock may be wrong by
 * minutes, and ages are worth nothing then.
 */

export interface Clock {
  /** Seconds that only go forward; the zero means nothing. */
  now(): number;
  /** Call back once in `delay_s` seconds; the answer cancels it. */
  after(delay_s: number, callBack: () => void): () => void;
}

/** UNIX seconds on katgate's clock: the time of its last hello and what has passed since. */
export class ServerTime {
  readonly #clock: Clock;
  #offset_s: number;

  /** `guess` is used until the first hello: the browser's own UNIX seconds. */
  constructor(clock: Clock, guess: number) {
    this.#clock = clock;
    this.#offset_s = guess - clock.now();
  }

  set(time: number): void {
    this.#offset_s = time - this.#clock.now();
  }

  now(): number {
    return this.at(this.#clock.now());
  }

  /** What katgate's clock said at `moment` of the clock that was given. */
  at(moment: number): number {
    return moment + this.#offset_s;
  }
}
