/**
 * The last minutes of one sensor, small enough for a row of a table. The row's text says what
 * it shows; it is hidden from screen readers.
 *
 * It is drawn when its trace has changed or time has moved it by a pixel, and never measures
 * the page: forty of them at 10 Hz take a few per cent of a core.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Line } from "../model/plot/decimate";
import type { AnyTrace } from "../model/plot/traces";
import { linePath } from "./line_path";
import { onThemeChange, palette } from "./palette";
import "./sparkline.css";

const WIDTH_PX = 96;
const HEIGHT_PX = 20;
const MARGIN_PX = 2;

interface Props {
  readonly trace: AnyTrace | null;
  /** Of the trace, when the row was drawn: what makes this component be drawn, too. */
  readonly revision: number;
  /** The right edge, UNIX seconds on katgate's clock. */
  readonly until: number;
  /** What there is to see between the edges. */
  readonly span_s: number;
}

export function Sparkline({ trace, revision, until, span_s }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [theme, setTheme] = useState(0);
  useLayoutEffect(() => onThemeChange(() => setTheme((count) => count + 1)), []);
  const pixel = Math.floor((until / span_s) * WIDTH_PX);
  useLayoutEffect(() => {
    if (canvas.current !== null) draw(canvas.current, trace, until, span_s);
  }, [trace, revision, pixel, span_s, theme]);
  return (
    <span class="sparkline" aria-hidden="true">
      <canvas ref={canvas} style={{ width: `${WIDTH_PX}px`, height: `${HEIGHT_PX}px` }} />
    </span>
  );
}

/** One buffer for all: they are drawn one after the other. */
const line = new Line();

function draw(canvas: HTMLCanvasElement, trace: AnyTrace | null, until: number, span_s: number) {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const width = Math.round(WIDTH_PX * ratio);
  if (canvas.width !== width) canvas.width = width;
  const height = Math.round(HEIGHT_PX * ratio);
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, WIDTH_PX, HEIGHT_PX);
  if (trace === null || trace.size === 0) return;
  const to = endOf(trace, until, span_s);
  const isSteps = trace.kind === "state";
  line.fill(trace, to - span_s, to, WIDTH_PX, isSteps);
  const drawn_px = HEIGHT_PX - 2 * MARGIN_PX;
  const range = line.top - line.bottom;
  const projection = {
    x: (time: number) => ((time - to + span_s) / span_s) * WIDTH_PX,
    y: (value: number) =>
      MARGIN_PX + drawn_px * (range > 0 ? 1 - (value - line.bottom) / range : 0.5),
  };
  const { stroke, dots } = linePath(line, projection, isSteps, 2);
  const { faint } = palette();
  context.strokeStyle = context.fillStyle = faint;
  context.lineWidth = 1;
  context.stroke(stroke);
  context.fill(dots);
}

/** A device whose clock is wrong is shown by its own. */
function endOf(trace: AnyTrace, until: number, span_s: number): number {
  const last = trace.times[trace.size - 1] ?? until;
  return Math.abs(until - last) < span_s ? Math.max(until, last) : last;
}
