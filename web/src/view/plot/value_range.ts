/** The ends of a y axis: what a person has set, else what there is to show and a little more. */
import type { Line } from "../../model/plot/decimate";

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

const MARGIN = 0.05;

/** Beyond, the axis' own arithmetic overflows. */
const FARTHEST = 1e300;

export function valueRange(lines: readonly Line[], set: ValueRange | null): ValueRange {
  if (set !== null && set.min < set.max) return set;
  let low = Number.NaN;
  let high = Number.NaN;
  for (const line of lines) {
    if (!(line.bottom >= low) && !Number.isNaN(line.bottom)) low = line.bottom;
    if (!(line.top <= high) && !Number.isNaN(line.top)) high = line.top;
  }
  if (Number.isNaN(low)) return { min: 0, max: 1 };
  low = Math.max(-FARTHEST, Math.min(FARTHEST, low));
  high = Math.max(-FARTHEST, Math.min(FARTHEST, high));
  // A level line is in the middle; noise of a double's last digits is level, too.
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-13;
  const range = high - low;
  const margin = range > least ? range * MARGIN : Math.abs(low) * MARGIN || 1;
  return { min: low - margin, max: high + margin };
}
