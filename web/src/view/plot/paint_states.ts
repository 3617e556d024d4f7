/**
 * States as strips, one above the other: each lasts until the next one or a gap. Colour is for
 * finding alike ones again; what a state is stands in it as text, or under the cursor.
 */
import { SEVERAL, type StateTrace } from "../../model/plot/state_trace";
import type { Palette } from "../palette";
import type { Area } from "./chart";

/** Of one strip and its caption, CSS pixels. */
export const STRIP_PX = 44;
const CAPTION_PX = 18;
const TEXT_MARGIN_PX = 4;
/** Fewer hold no letter. */
const LEAST_TEXT_PX = 14;

export interface DrawnStates {
  readonly caption: string;
  readonly trace: StateTrace;
}

export function paintStates(area: Area, strips: readonly DrawnStates[], from: number): void {
  const { context, ratio, palette, left, width } = area;
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "left"; // uPlot leaves its own
  strips.forEach(({ caption, trace }, place) => {
    const top = area.top + place * STRIP_PX * ratio;
    context.fillStyle = palette.faint;
    context.fillText(caption, left + TEXT_MARGIN_PX * ratio, top + (CAPTION_PX / 2) * ratio);
    const strip = { top: top + CAPTION_PX * ratio, height: (STRIP_PX - CAPTION_PX - 4) * ratio };
    const right = left + width;
    for (let index = Math.max(0, trace.firstFrom(from) - 1); index < trace.size; index += 1) {
      const begin = Math.max(left, area.x(trace.times[index] ?? 0));
      if (begin > right) break;
      let next = index + 1;
      while (next < trace.size && area.x(trace.times[next] ?? 0) - begin < ratio) next += 1;
      const isMany = next - index > 2; // within one pixel
      const code = isMany ? SEVERAL : (trace.values[next - 1] ?? Number.NaN);
      while (next < trace.size && trace.values[next] === code) next += 1;
      const end = next < trace.size ? area.x(trace.times[next] ?? 0) : endOf(area, trace);
      index = next - 1;
      if (Number.isNaN(code)) continue;
      paintState(area, strip, begin, Math.max(begin + ratio, Math.min(right, end)), code, trace);
    }
  });
}

/** A state that is not known to hold has the width of a pixel. */
function endOf(area: Area, trace: StateTrace): number {
  return area.x(trace.times[trace.size - 1] ?? 0);
}

function paintState(
  { context, ratio, palette }: Area,
  { top, height }: { readonly top: number; readonly height: number },
  begin: number,
  end: number,
  code: number,
  trace: StateTrace,
): void {
  const text = trace.textOf(code);
  context.fillStyle = stateColour(palette, code, text);
  context.fillRect(begin, top, end - begin, height);
  context.fillStyle = palette.ink;
  context.fillRect(begin, top, ratio, height); // where it began
  const room = end - begin - 2 * TEXT_MARGIN_PX * ratio;
  if (room < LEAST_TEXT_PX * ratio) return;
  context.save();
  context.beginPath();
  context.rect(begin, top, end - begin - TEXT_MARGIN_PX * ratio, height);
  context.clip();
  context.fillText(text, begin + TEXT_MARGIN_PX * ratio, top + height / 2);
  context.restore();
}

export function stateColour(palette: Palette, code: number, text: string): string {
  if (code === SEVERAL || text === "false") return palette.stateNone;
  if (text === "true") return palette.states[0] ?? palette.stateNone;
  return palette.states[code % palette.states.length] ?? palette.stateNone;
}
