/**
 * Mouse, touch and pen on the charts: drag pans, the wheel and two fingers zoom, Shift and drag
 * selects what to zoom to, and a cursor follows the pointer.
 *
 * Vertical drags on a touch screen stay the page's (`touch-action: pan-y` in the style sheet).
 */
import { type FixedRange, panned, zoomed } from "../../model/plot/plot_range";

export interface Surroundings {
  /** The plotting areas' left edge and width, in pixels of the window. */
  readonly geometry: () => { readonly left: number; readonly width: number };
  readonly range: () => FixedRange;
  readonly onRange: (range: FixedRange) => void;
  /** Time under the pointer; null: it is not above the charts. */
  readonly onCursor: (time: number | null) => void;
  /** What is being selected. */
  readonly onSelection: (selection: FixedRange | null) => void;
}

/** One notch of a wheel is 100: about a fifth more or less. */
const WHEEL_PER_E = 500;
/** A click with a trembling hand selects nothing. */
const LEAST_SELECTION_PX = 5;

export function listenToGestures(element: HTMLElement, around: Surroundings): () => void {
  /** Where each pointer that is down was seen last. */
  const down = new Map<number, number>();
  let selectedFrom: number | null = null;

  const timeAt = (x: number) => {
    const { left, width } = around.geometry();
    const { from, to } = around.range();
    return from + ((x - left) / width) * (to - from);
  };
  const perPixel_s = () => {
    const { from, to } = around.range();
    return (to - from) / around.geometry().width;
  };
  const selection = (x: number): FixedRange => {
    const [one, other] = [timeAt(selectedFrom ?? x), timeAt(x)];
    return { from: Math.min(one, other), to: Math.max(one, other) };
  };

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || !(event.target as Element).closest("[data-chart]")) return;
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event.clientX);
    if (event.shiftKey) selectedFrom = event.clientX;
  };
  const onMove = (event: PointerEvent) => {
    const before = down.get(event.pointerId);
    const isOver = (event.target as Element).closest("[data-chart]") !== null;
    around.onCursor(isOver || before !== undefined ? timeAt(event.clientX) : null);
    if (before === undefined) return;
    if (selectedFrom !== null) return around.onSelection(selection(event.clientX));
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
    down.set(event.pointerId, event.clientX);
    const [other] = others;
    if (other === undefined) {
      const by_s = (before - event.clientX) * perPixel_s();
      if (by_s !== 0) around.onRange(panned(around.range(), by_s));
    } else if (Math.abs(event.clientX - other) > 1) {
      const factor = Math.abs(before - other) / Math.abs(event.clientX - other);
      around.onRange(zoomed(around.range(), factor, timeAt(other)));
    }
  };
  const onUp = (event: PointerEvent) => {
    if (!down.delete(event.pointerId) || selectedFrom === null) return;
    const isWide = Math.abs(event.clientX - selectedFrom) >= LEAST_SELECTION_PX;
    if (isWide && event.type === "pointerup") around.onRange(selection(event.clientX));
    selectedFrom = null;
    around.onSelection(null);
  };
  const onWheel = (event: WheelEvent) => {
    if (!(event.target as Element).closest("[data-chart]")) return;
    event.preventDefault();
    const isLines = event.deltaMode === WheelEvent.DOM_DELTA_LINE;
    const [across, along] = [event.deltaX, event.deltaY].map((delta) => delta * (isLines ? 33 : 1));
    if (across) around.onRange(panned(around.range(), across * perPixel_s()));
    if (!along) return;
    const factor = Math.exp(Math.max(-500, Math.min(500, along)) / WHEEL_PER_E);
    around.onRange(zoomed(around.range(), factor, timeAt(event.clientX)));
  };
  const onLeave = () => around.onCursor(null);

  const ending = new AbortController();
  const { signal } = ending;
  element.addEventListener("pointerdown", onDown, { signal });
  element.addEventListener("pointermove", onMove, { signal });
  element.addEventListener("pointerup", onUp, { signal });
  element.addEventListener("pointercancel", onUp, { signal });
  element.addEventListener("pointerleave", onLeave, { signal });
  element.addEventListener("wheel", onWheel, { signal, passive: false });
  return () => ending.abort();
}
