/** A series as a path: straight or in steps, ended at each gap, lone points as dots. */
import type { Line } from "../model/plot/decimate";

export interface Projection {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

export interface LinePath {
  readonly stroke: Path2D;
  readonly dots: Path2D;
}

/** `dot` is the width of a dot, in the units of the projection. */
export function linePath(
  { times, values, size }: Line,
  { x, y }: Projection,
  isSteps: boolean,
  dot: number,
): LinePath {
  const stroke = new Path2D();
  const dots = new Path2D();
  let isDrawing = false;
  let before = 0;
  for (let index = 0; index < size; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (isDrawing && isSteps) stroke.lineTo(x(times[index] ?? 0), before); // it held until then
      isDrawing = false;
      continue;
    }
    const [left, top] = [x(times[index] ?? 0), y(value)];
    if (isDrawing) {
      if (isSteps) stroke.lineTo(left, before);
      stroke.lineTo(left, top);
    } else {
      stroke.moveTo(left, top);
      // A line of one point is none.
      const isLone = index + 1 === size || Number.isNaN(values[index + 1]);
      if (isLone) dots.rect(left - dot / 2, top - dot / 2, dot, dot);
    }
    isDrawing = true;
    before = top;
  }
  return { stroke, dots };
}
