/**
 * The history of an integer or float sensor. When it is full, its older half is thinned to the
 * lowest and the highest reading of each bin of time; the bins grow so that the first reading
 * stays in sight: 20,000 points hold 8 hours at 10 Hz with the last 15 minutes in full.
 */
import type { Value } from "../../wire";
import { eachExtreme } from "./bins";
import { Trace } from "./trace";

const CAPACITY = 20_000;

const INTEGER = /^[+-]?\d+$/;

export class NumberTrace extends Trace {
  readonly kind = "number";
  /** Time -> what no double can say: integers beyond 2^53. */
  readonly #exact = new Map<number, string>();
  #width_s = 0;

  constructor(capacity = CAPACITY) {
    super(capacity);
  }

  /** Of a point, as katgate sent it. */
  textAt(index: number): string {
    const time = this.times[index] ?? Number.NaN;
    return this.#exact.get(time) ?? String(this.values[index]);
  }

  protected encode(value: Value, timestamp: number): number {
    this.#exact.delete(timestamp);
    if (typeof value === "number") return value;
    if (typeof value !== "string" || !INTEGER.test(value)) return Number.NaN; // nan, inf, -inf
    const number = Number(value);
    if (!Number.isFinite(number)) return Number.NaN;
    this.#exact.set(timestamp, value);
    return number;
  }

  protected thin(end: number): number {
    const span_s = (this.times[end - 1] ?? 0) - (this.times[0] ?? 0);
    // Powers of two: what was thinned before keeps its extremes in wider bins.
    const least_s = 2 ** Math.ceil(Math.log2(Math.max(span_s / end, Number.MIN_VALUE)));
    this.#width_s = Math.max(this.#width_s, least_s);
    while (this.#countKept(end) > end / 2) this.#width_s *= 2;
    let kept = 0;
    eachExtreme(this, 0, end, this.#width_s, (index) => {
      this.keepPoint(index, kept); // never ahead of what is still to be read
      kept += 1;
    });
    return kept;
  }

  protected override onDropped(): void {
    if (this.#exact.size === 0) return;
    const times = new Set(this.times.subarray(0, this.size));
    for (const time of this.#exact.keys()) if (!times.has(time)) this.#exact.delete(time);
  }

  #countKept(end: number): number {
    let kept = 0;
    eachExtreme(this, 0, end, this.#width_s, () => {
      kept += 1;
    });
    return kept;
  }
}
