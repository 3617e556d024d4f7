/**
 * The charts, one above the other with one time axis, one cursor and one selection: what is in
 * view is changed here by mouse, touch and keys.
 */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type FixedRange, isFollowing, panned } from "../../model/plot/plot_range";
import { LEFT_PX, RIGHT_PX } from "./chart";
import { listenToGestures } from "./gestures";
import type { RangeInHand } from "./use_range";

const ZOOM_STEP = 1.5;
const PAN_STEP = 0.1;

interface Props {
  readonly shown: FixedRange;
  readonly inHand: RangeInHand;
  /** Time under the pointer. */
  readonly cursor: Signal<number | null>;
  readonly width_px: number;
  readonly onWidth: (width_px: number) => void;
  readonly children: ComponentChildren;
}

export function PlotStack({ shown, inHand, cursor, width_px, onWidth, children }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const selection = useSignal<FixedRange | null>(null);
  const latest = useRef({ shown, inHand });
  latest.current = { shown, inHand };
  useLayoutEffect(() => {
    const stack = element.current;
    if (stack === null) return;
    const observer = new ResizeObserver(() => onWidth(stack.clientWidth));
    observer.observe(stack);
    onWidth(stack.clientWidth);
    const stop = listenToGestures(stack, {
      geometry: () => {
        const { left, width } = stack.getBoundingClientRect();
        return { left: left + LEFT_PX, width: Math.max(1, width - LEFT_PX - RIGHT_PX) };
      },
      range: () => {
        const { range } = latest.current.inHand;
        return isFollowing(range) ? latest.current.shown : range;
      },
      onRange: (range) => latest.current.inHand.set(range),
      onCursor: (time) => {
        cursor.value = time;
      },
      onSelection: (selected) => {
        selection.value = selected;
      },
    });
    return () => {
      stop();
      observer.disconnect();
    };
  }, [onWidth, cursor, selection]);
  return (
    <div
      ref={element}
      class="plot-stack"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the charts are taken here
      tabIndex={0}
      aria-label="Charts"
      aria-describedby="plot-keys"
      onKeyDown={(event) => onKey(event, shown, inHand)}
    >
      {children}
      <Marks shown={shown} cursor={cursor} selection={selection} width_px={width_px} />
    </div>
  );
}

interface MarksProps {
  readonly shown: FixedRange;
  readonly cursor: ReadonlySignal<number | null>;
  readonly selection: ReadonlySignal<FixedRange | null>;
  readonly width_px: number;
}

/** Drawn apart from the charts: they stay as they are while the pointer moves. */
function Marks({ shown, cursor, selection, width_px }: MarksProps) {
  const area_px = width_px - LEFT_PX - RIGHT_PX;
  const x = (time: number) =>
    LEFT_PX +
    Math.max(0, Math.min(1, (time - shown.from) / (shown.to - shown.from))) * Math.max(0, area_px);
  const time = cursor.value;
  const selected = selection.value;
  return (
    <>
      {time !== null && time >= shown.from && time <= shown.to && (
        <div class="plot-cursor" style={{ transform: `translateX(${x(time)}px)` }} />
      )}
      {selected !== null && (
        <div
          class="plot-selection"
          style={{ left: `${x(selected.from)}px`, width: `${x(selected.to) - x(selected.from)}px` }}
        />
      )}
    </>
  );
}

function onKey(event: KeyboardEvent, shown: FixedRange, inHand: RangeInHand): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const step_s = (shown.to - shown.from) * (event.shiftKey ? 5 * PAN_STEP : PAN_STEP);
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => inHand.set(panned(shown, -step_s)),
    ArrowRight: () => inHand.set(panned(shown, step_s)),
    "+": () => inHand.zoom(1 / ZOOM_STEP),
    "=": () => inHand.zoom(1 / ZOOM_STEP),
    "-": () => inHand.zoom(ZOOM_STEP),
    Home: () => isFollowing(inHand.range) || inHand.toggleFollow(),
    f: inHand.toggleFollow,
    F: inHand.toggleFollow,
  };
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}
