/**
 * Many points to few, bin of time by bin, so that what a person would see of them stays: of
 * each bin its lowest and its highest point, and every break of the line between the kept ones.
 *
 * A gap is a point whose value is NaN; the line ends at the point before it. Used both to thin
 * an old history where it stands and to draw one, a bin a pixel.
 */

export interface Points {
  /** UNIX seconds, never falling. */
  readonly times: Float64Array;
  /** NaN is a gap. */
  readonly values: Float64Array;
}

/**
 * Call `keep` with the indices to keep of `[begin, end)`, rising; at most four a bin.
 *
 * Bins start at multiples of `width_s`, whatever the range: a window that slides on keeps its
 * bins, and what is thinned twice loses nothing by that.
 */
export function eachExtreme(
  { times, values }: Points,
  begin: number,
  end: number,
  width_s: number,
  keep: (index: number) => void,
): void {
  let gap = -1; // the first one since the last value
  let index = begin;
  while (index < end) {
    const bin = Math.floor((times[index] ?? 0) / width_s);
    const binEnd = (bin + 1) * width_s;
    let low = -1;
    let high = -1;
    let hasGap = false;
    const binBegin = index;
    // At least one point, or a bin narrower than what a double tells apart would stand still.
    do {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) {
        hasGap = true;
        if (low < 0 && gap < 0) gap = index;
      } else if (low < 0) {
        low = high = index;
      } else {
        if (value < (values[low] ?? 0)) low = index;
        if (value > (values[high] ?? 0)) high = index;
      }
      index += 1;
    } while (index < end && (times[index] ?? 0) < binEnd);
    if (low < 0) continue;
    const one = Math.min(low, high);
    const other = Math.max(low, high);
    if (hasGap && gap < 0) gap = gapWithin(values, binBegin, one);
    if (gap >= 0) keep(gap);
    keep(one);
    if (other > one) {
      if (hasGap) {
        const between = gapWithin(values, one, other);
        if (between >= 0) keep(between);
      }
      keep(other);
    }
    gap = hasGap ? gapWithin(values, other, index) : -1;
  }
  if (gap >= 0) keep(gap);
}

function gapWithin(values: Float64Array, begin: number, end: number): number {
  for (let index = begin; index < end; index += 1) {
    if (Number.isNaN(values[index])) return index;
  }
  return -1;
}

/** The first index whose time is `time` or later; `size` if there is none. */
export function firstFrom(times: Float64Array, size: number, time: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last index whose time is `time` or earlier; -1 if there is none. */
export function lastUntil(times: Float64Array, size: number, time: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
