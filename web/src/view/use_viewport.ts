/** What of a scrolling element is in view: how far it is scrolled, and how high it is. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Viewport } from "./window_rows";

export function useViewport() {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<Viewport>({ scrollTop_px: 0, height_px: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () =>
      setView({ scrollTop_px: element.scrollTop, height_px: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return [scroller, view] as const;
}
