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

  fill(trace: Trace, from: number, to: number, bins: number): void {
    this.size = 0;
    this.low = this.high = Number.NaN;
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
      if (index < inside || index >= after || Number.isNaN(value)) return;
      if (!(value >= this.low)) this.low = value; // NaN at first
      if (!(value <= this.high)) this.high = value;
    });
    if (Number.isNaN(this.low)) this.#rangeOfCrossing(from, to);
  }

  /** No point within: the line that crosses the range, if there is one. */
  #rangeOfCrossing(from: number, to: number): void {
    for (let index = 1; index < this.size; index += 1) {
      const isCrossing = (this.times[index - 1] ?? 0) <= from && (this.times[index] ?? 0) >= to;
      const one = this.values[index - 1] ?? Number.NaN;
      const other = this.values[index] ?? Number.NaN;
      if (!isCrossing || Number.isNaN(one + other)) continue;
      this.low = Math.min(one, other);
      this.high = Math.max(one, other);
    }
  }

  #reserve(room: number): void {
    if (this.times.length >= room) return;
    this.times = new Float64Array(room);
    this.values = new Float64Array(room);
  }
}
