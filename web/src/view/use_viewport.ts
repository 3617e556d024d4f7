/** What of a scrolling element is in view: how far it is scrolled, and how high it is. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Viewport } from "./window_rows";

/** Typing a filter makes a list with every key. */
const MOST_KEPT = 50;

/** By list, as long as the page is open: who comes back to it finds it where it was. */
const kept = new Map<string, number>();

/** `list`: what is in it. Another one begins at its top, or where it was left. */
export function useViewport(list: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<Viewport>({ scrollTop_px: 0, height_px: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = kept.get(list) ?? 0;
    const look = () =>
      setView({ scrollTop_px: element.scrollTop, height_px: element.clientHeight });
    const onScroll = () => {
      keep(list, element.scrollTop);
      look();
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [list]);
  return [scroller, view] as const;
}

function keep(list: string, scrollTop_px: number): void {
  kept.delete(list);
  kept.set(list, scrollTop_px);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
