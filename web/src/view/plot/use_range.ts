/**
 * The range that is shown now, and how it is changed by hand. What the page was given counts
 * until then; what was made of it is told when the hand has rested for a moment: browsers refuse
 * a page that changes its URL with every movement.
 */
import { useCallback, useEffect, useRef } from "preact/hooks";
import {
  DEFAULT_RANGE,
  type FixedRange,
  isFollowing,
  type PlotRange,
  rangeText,
  zoomed,
  zoomedFollowing,
} from "../../model/plot/plot_range";

const REST_MS = 300;

export interface RangeInHand {
  readonly range: PlotRange;
  readonly set: (range: PlotRange) => void;
  /** Zoom about the middle, or the present while it is followed. */
  readonly zoom: (factor: number) => void;
  readonly toggleFollow: () => void;
}

interface Wishes {
  readonly given: PlotRange;
  readonly onRange: (range: PlotRange) => void;
  /** What is in view. */
  readonly shown: () => FixedRange;
  readonly redraw: () => void;
}

export function useRange(wishes: Wishes): RangeInHand {
  const latest = useRef(wishes);
  latest.current = wishes;
  const present = useRef<PlotRange>(wishes.given);
  const known = useRef(rangeText(wishes.given));
  const span = useRef<PlotRange>(isFollowing(wishes.given) ? wishes.given : DEFAULT_RANGE);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const givenText = rangeText(wishes.given);
  if (givenText !== known.current) {
    known.current = givenText;
    present.current = wishes.given;
  }

  const tell = useCallback(() => {
    if (timer.current === null) return;
    clearTimeout(timer.current);
    timer.current = null;
    const text = rangeText(present.current);
    if (text === known.current) return;
    known.current = text;
    latest.current.onRange(present.current);
  }, []);
  useEffect(() => tell, [tell]);

  const set = useCallback(
    (range: PlotRange) => {
      present.current = range;
      if (isFollowing(range)) span.current = range;
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = setTimeout(tell, REST_MS);
      latest.current.redraw();
    },
    [tell],
  );
  const zoom = (factor: number) => {
    const shown = latest.current.shown();
    const middle = (shown.from + shown.to) / 2;
    set(
      isFollowing(present.current) ? zoomedFollowing(shown, factor) : zoomed(shown, factor, middle),
    );
  };
  const toggleFollow = () =>
    set(isFollowing(present.current) ? latest.current.shown() : span.current);
  return { range: present.current, set, zoom, toggleFollow };
}
