/**
 * One uPlot with a time axis below: it gives axes, grid and scales; we draw what is between.
 *
 * uPlot's own series share their times, ours do not, so it is given none: `paint` is called
 * within the plotting area whenever it draws.
 */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { FixedRange } from "../../model/plot/plot_range";
import type { TimeZone } from "../../model/settings";
import type { Projection } from "../line_path";
import { type Palette, palette } from "../palette";
import { numberLabels, timeLabels, zonedDate } from "./axis_labels";
import type { ValueRange } from "./value_range";

/** All charts of a page have the same, so that their times stand one above the other. */
export const LEFT_PX = 64;
export const RIGHT_PX = 12;
/** Two lines of text: the time, and the day below. */
export const TIME_AXIS_PX = 46;

/** Between two ticks: what their texts take, with seconds and without. */
const SECONDS_APART_PX = 75;
const MINUTES_APART_PX = 55;

export interface Area extends Projection {
  readonly context: CanvasRenderingContext2D;
  /** Of the plotting area, in canvas pixels, as are `x` and `y`. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Canvas pixels in one of CSS. */
  readonly ratio: number;
  readonly palette: Palette;
}

interface Wishes {
  /** False: what is drawn has no values, and the axis at the left stays empty. */
  readonly hasValues: boolean;
  readonly paint: (area: Area) => void;
}

export class Chart {
  readonly #plot: uPlot;
  #zone: TimeZone = "UTC";
  #values: ValueRange = { min: 0, max: 1 };

  constructor(host: HTMLElement, { hasValues, paint }: Wishes) {
    const lines = { stroke: () => palette().grid, width: 1 };
    const ticks = { ...lines, size: 4 };
    const axis = { stroke: () => palette().faint, font: fontOf(host), gap: 4, grid: lines, ticks };
    this.#plot = new uPlot(
      {
        width: Math.max(1, host.clientWidth),
        height: Math.max(1, host.clientHeight),
        padding: [8, RIGHT_PX, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        tzDate: (time) => zonedDate(time, this.#zone),
        series: [{}],
        scales: {
          x: { time: true, auto: false },
          y: { range: () => [this.#values.min, this.#values.max] },
        },
        axes: [
          {
            ...axis,
            size: TIME_AXIS_PX,
            space: (_, __, from, to, width) => spaceOf(from, to, width),
            values: (plot, ticks, _, __, step) =>
              timeLabels(ticks, step, this.#zone).map((label, place) =>
                isCutOff(plot, ticks[place] ?? 0) ? "" : label,
              ),
          },
          {
            ...axis,
            size: LEFT_PX,
            scale: "y",
            grid: { ...lines, show: hasValues },
            ticks: { ...ticks, show: hasValues },
            values: (_, ticks, __, ___, step) => (hasValues ? numberLabels(ticks, step) : []),
          },
        ],
        hooks: { draw: [(plot) => paintWithin(plot, paint)] },
      },
      [[]],
      host,
    );
  }

  draw(time: FixedRange, values: ValueRange, zone: TimeZone): void {
    this.#zone = zone;
    this.#values = values;
    this.#plot.batch(() => {
      this.#plot.setScale("x", { min: time.from, max: time.to });
      this.#plot.setScale("y", values); // what `range` answers is asked for only where x changed
      this.#plot.redraw(false, true);
    });
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width: Math.max(1, width), height: Math.max(1, height) });
  }

  destroy(): void {
    this.#plot.destroy();
  }
}

function paintWithin(plot: uPlot, paint: (area: Area) => void): void {
  const { ctx: context } = plot;
  const { left, top, width, height } = plot.bbox;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  paint({
    context,
    left,
    top,
    width,
    height,
    ratio: uPlot.pxRatio,
    palette: palette(),
    x: (time) => plot.valToPos(time, "x", true),
    y: (value) => plot.valToPos(value, "y", true),
  });
  context.restore();
}

/** A text that would run out of the chart at its right. */
function isCutOff(plot: uPlot, tick: number): boolean {
  return plot.width - LEFT_PX - plot.valToPos(tick, "x") < SECONDS_APART_PX / 3;
}

function spaceOf(from: number, to: number, width: number): number {
  const isMinutes = ((to - from) / width) * (MINUTES_APART_PX + 3) >= 60;
  return isMinutes ? MINUTES_APART_PX : SECONDS_APART_PX;
}

function fontOf(host: HTMLElement): string {
  const style = getComputedStyle(host);
  return `${Math.round(Number.parseFloat(style.fontSize))}px ${style.fontFamily}`;
}
