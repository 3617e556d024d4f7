/** Chance with a seed: a random walk that fails can be walked again. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  /** From 0 up to, not including, `end`. */
  below(end: number): number {
    // mulberry32's scrambling of a counter
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  once(in_: number): boolean {
    return this.below(in_) === 0;
  }

  one<T>(of: readonly T[]): T | undefined {
    return of[this.below(of.length)];
  }
}
