/** The row that keyboard and mouse are at: kept in view, and by its sensor when rows move. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { nameText } from "../../model/sensors/sensor_name";
import type { SensorsView } from "../../model/sensors/sensors";
import { useDashboard } from "../dashboard_context";

interface Table {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly sensors: SensorsView;
  readonly shown: readonly number[];
  readonly rowHeight_px: number;
}

export interface ActiveRow {
  /** Its sensor's index, or null: none yet. */
  readonly index: number | null;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
}

/** An index alone is given to another sensor when its own is gone. */
interface Active {
  readonly index: number;
  readonly text: string;
}

export function useActiveRow({ scroller, sensors, shown, rowHeight_px }: Table): ActiveRow {
  const dashboard = useDashboard();
  const [active, setActive] = useState<Active | null>(null);
  const sensorAt = (at: number | undefined) => (at === undefined ? undefined : sensors.about[at]);
  const sensor = sensorAt(active?.index);
  const isThere = sensor !== undefined && nameText(sensor) === active?.text;
  const position = active !== null && isThere ? shown.indexOf(active.index) : -1;

  const activate = (at: number) => {
    const index = shown[at];
    const chosen = sensorAt(index);
    if (index !== undefined && chosen !== undefined) setActive({ index, text: nameText(chosen) });
  };

  const moveTo = (wanted: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, wanted));
    activate(next);
    const element = scroller.current;
    if (element === null) return;
    const head_px = element.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    const top_px = next * rowHeight_px;
    const room_px = element.clientHeight - head_px - rowHeight_px;
    if (top_px < element.scrollTop) element.scrollTop = top_px;
    else if (top_px > element.scrollTop + room_px) element.scrollTop = top_px - room_px;
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight_px) - 1;
    switch (event.key) {
      case "ArrowDown":
        moveTo(position + 1);
        break;
      case "ArrowUp":
        moveTo(position - 1);
        break;
      case "PageDown":
        moveTo(position + page);
        break;
      case "PageUp":
        moveTo(position - page);
        break;
      case "Home":
        moveTo(0);
        break;
      case "End":
        moveTo(shown.length - 1);
        break;
      case "Enter":
        if (position >= 0 && active !== null) dashboard.location.go({ sensor: active.text });
        break;
      case "p":
        if (position >= 0 && sensor !== undefined) dashboard.togglePlotted(sensor);
        break;
      case " ":
        dashboard.togglePause();
        break;
      case "Escape":
        dashboard.location.go({ sensor: null });
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  /** The keys go on from the row that was clicked. */
  const onClick = ({ target, clientY }: MouseEvent) => {
    const body = target instanceof Element ? target.closest(".body") : null;
    if (body === null) return;
    activate(Math.floor((clientY - body.getBoundingClientRect().top) / rowHeight_px));
    scroller.current?.focus({ preventScroll: true });
  };
  return { index: position >= 0 ? (active?.index ?? null) : null, onKey, onClick };
}
