/**
 * A virtual table: of thousands of sensors only the rows in view are in the page.
 *
 * It looks at the sensors' arrays once per animation frame at most; of its rows only those
 * whose sensor changed are drawn again.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useDashboard } from "./dashboard_context";
import { clockTime, formatAge } from "./format";
import { SensorRow } from "./sensor_row";
import { type Viewport, windowOf } from "./window_rows";

/** As in the style sheet; on a narrow screen a row has two lines. */
const ROW_HEIGHT_PX = 28;
const NARROW_ROW_HEIGHT_PX = 52;
const NARROW = "(max-width: 45rem)";

const COLUMNS = ["name", "value", "units", "status", "age"] as const;

interface Props {
  readonly shown: readonly number[];
  /** Since when the values are not live, on katgate's clock; null: they are. */
  readonly oldSince: number | null;
  readonly label: string;
}

export function SensorTable({ shown, oldSince, label }: Props) {
  const { sensors, redraw, now } = useDashboard();
  redraw.revision.value; // drawn again when readings came in, ...
  const time = now.value; // ... and every second, for the ages
  const [scroller, view] = useViewport();
  const rowHeight_px = useIsNarrow() ? NARROW_ROW_HEIGHT_PX : ROW_HEIGHT_PX;
  const { first, end } = windowOf(view, rowHeight_px, shown.length);
  return (
    <div
      class="table"
      ref={scroller}
      role="table"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={shown.length + 1}
      aria-colcount={COLUMNS.length}
      data-old={oldSince !== null}
    >
      <div role="rowgroup" class="head">
        <div role="row" class="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader" data-column={column}>
              {column}
              {column === "value" && oldSince !== null && (
                <span class="old-note">not live since {clockTime(oldSince, time)} UTC</span>
              )}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="body" style={{ height: `${shown.length * rowHeight_px}px` }}>
        {shown.slice(first, end).map((index, position) => {
          const received = sensors.received[index] ?? null;
          return (
            <SensorRow
              key={index}
              sensors={sensors}
              index={index}
              revision={sensors.revisions[index] ?? 0}
              age={formatAge(received === null ? null : time - received)}
              rowIndex={first + position + 2}
              top_px={(first + position) * rowHeight_px}
            />
          );
        })}
      </div>
    </div>
  );
}

function useViewport() {
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

function useIsNarrow(): boolean {
  const [isNarrow, setIsNarrow] = useState(() => matchMedia(NARROW).matches);
  useLayoutEffect(() => {
    const query = matchMedia(NARROW);
    const look = () => setIsNarrow(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return isNarrow;
}
