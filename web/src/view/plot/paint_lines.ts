/** The series of a chart: one pixel wide, told apart by colour and, beyond six, by dashes. */
import type { Line } from "../../model/plot/decimate";
import { linePath } from "../line_path";
import type { Area } from "./chart";

const COLOURS = 6;
const DASH_PX = [6, 4];
const DOT_PX = 4;

export interface LineLook {
  /** Which of the palette's. */
  readonly colour: number;
  readonly dash_px: readonly number[];
}

/** Of the sensor at a place in the page's list; it keeps it whatever chart it is in. */
export function lookOf(place: number): LineLook {
  return { colour: place % COLOURS, dash_px: place % (2 * COLOURS) < COLOURS ? [] : DASH_PX };
}

export interface DrawnLine {
  readonly line: Line;
  readonly look: LineLook;
}

export function paintLines(area: Area, drawn: readonly DrawnLine[], isSteps: boolean): void {
  const { context, ratio, palette } = area;
  context.lineJoin = "round";
  context.lineWidth = ratio;
  for (const { line, look } of drawn) {
    const { stroke, dots } = linePath(line, area, isSteps, DOT_PX * ratio);
    context.strokeStyle = context.fillStyle = palette.lines[look.colour] ?? palette.ink;
    context.setLineDash(look.dash_px.map((length) => length * ratio));
    context.stroke(stroke);
    context.fill(dots);
  }
}
