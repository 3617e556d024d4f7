/**
 * What there is to draw of a trace in a range of time: at most four points a bin (a pixel),
 * gaps as NaN, and one point beyond each end, so that the line runs out of the picture.
 */
import { eachExtreme } from "./bins";
import type { Trace } from "./trace";

/** One series ready to be drawn. It is filled again and again: drawing makes no garbage. */
export class Line {
  times = new Float64Array(0);
  values = new Float64Array(0);
  size = 0;
  /** Of the values within the range; NaN if there are none. */
  low = Number.NaN;
  high = Number.NaN;
  /** Of what is seen within the range: the line between two values as well. */
  bottom = Number.NaN;
  top = Number.NaN;

  fill(trace: Trace, from: number, to: number, bins: number, isSteps: boolean): void {
    this.size = 0;
    this.low = this.high = this.bottom = this.top = Number.NaN;
    const inside = trace.firstFrom(from);
    const after = trace.firstFrom(to);
    const begin = Math.max(0, inside - 1);
    const end = Math.min(trace.size, after + 1);
    this.#reserve(Math.min(end - begin, 4 * (bins + 3)) + 2);
    const width_s = (to - from) / Math.max(1, bins);
    const { times, values } = trace;
    eachExtreme(trace, begin, end, width_s, (index) => {
      const value = values[index] ?? Number.NaN;
      this.times[this.size] = times[index] ?? Number.NaN;
      this.values[this.size] = value;
      this.size += 1;
      if (index >= inside && index < after) this.#see(value);
    });
    [this.low, this.high] = [this.bottom, this.top];
    if (begin < inside) this.#seeCrossing(1, from, isSteps);
    if (end > after) this.#seeCrossing(this.size - 1, to, isSteps);
  }

  #see(value: number): void {
    if (Number.isNaN(value)) return;
    if (!(value >= this.bottom)) this.bottom = value; // NaN at first
    if (!(value <= this.top)) this.top = value;
  }

  /** The line from the point before this one to this one crosses an end of the range. */
  #seeCrossing(index: number, at: number, isSteps: boolean): void {
    const [begin = Number.NaN, end = Number.NaN] = this.times.subarray(index - 1, index + 1);
    const [one = Number.NaN, other = Number.NaN] = this.values.subarray(index - 1, index + 1);
    if (index < 1 || index >= this.size) return;
    if (isSteps) return this.#see(one);
    const share = end > begin ? (at - begin) / (end - begin) : 1;
    this.#see(one * (1 - share) + other * share);
  }

  #reserve(room: number): void {
    if (this.times.length >= room) return;
    this.times = new Float64Array(room);
    this.values = new Float64Array(room);
  }
}
