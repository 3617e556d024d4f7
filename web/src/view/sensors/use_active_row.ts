/** The row that the keyboard is at: kept in view, and by its sensor when rows move. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { nameText } from "../../model/sensor_name";
import type { SensorsView } from "../../model/sensors";
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
}

export function useActiveRow({ scroller, sensors, shown, rowHeight_px }: Table): ActiveRow {
  const dashboard = useDashboard();
  const [index, setIndex] = useState<number | null>(null);

  const moveTo = (wanted: number) => {
    const position = Math.max(0, Math.min(shown.length - 1, wanted));
    setIndex(shown[position] ?? null);
    const element = scroller.current;
    if (element === null) return;
    const head_px = element.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    const top_px = position * rowHeight_px;
    const room_px = element.clientHeight - head_px - rowHeight_px;
    if (top_px < element.scrollTop) element.scrollTop = top_px;
    else if (top_px > element.scrollTop + room_px) element.scrollTop = top_px - room_px;
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
    const position = index === null ? -1 : shown.indexOf(index);
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
      case "Enter": {
        const sensor = index === null ? undefined : sensors.about[index];
        if (sensor !== undefined) dashboard.location.go({ sensor: nameText(sensor) });
        break;
      }
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
  return { index: index !== null && shown.includes(index) ? index : null, onKey };
}
