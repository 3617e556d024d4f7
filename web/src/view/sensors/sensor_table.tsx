/**
 * A virtual table: of thousands of sensors only the rows in view are in the page, and only they
 * are subscribed.
 *
 * It looks at the sensors' arrays once per animation frame at most; of its rows only those
 * whose sensor changed are drawn again. Up, Down, PageUp, PageDown, Home and End move the active
 * row, Enter opens it, P plots it, Space pauses.
 */
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { AnyTrace, Traces } from "../../model/plot/traces";
import { nameText } from "../../model/sensors/sensor_name";
import type { SensorsView } from "../../model/sensors/sensors";
import type { Sensor } from "../../wire";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { formatAge } from "../format";
import { useViewport } from "../use_viewport";
import { type RowWindow, windowOf } from "../window_rows";
import { rowId, SensorRow } from "./sensor_row";
import { layoutOf, type ShownColumn } from "./table_columns";
import { TableHead } from "./table_head";
import { useActiveRow } from "./use_active_row";

/** As in the style sheet; on a narrow screen a row has two lines. */
const ROW_HEIGHT_PX = 28;
const NARROW_ROW_HEIGHT_PX = 52;
const NARROW = "(max-width: 45rem)";
/** Rows are subscribed by blocks of so many: a small scroll changes nothing. */
const BLOCK_ROWS = 16;

interface Props {
  readonly sensors: SensorsView;
  readonly shown: readonly number[];
  readonly label: string;
}

export function SensorTable({ sensors, shown, label }: Props) {
  const dashboard = useDashboard();
  const { now, location, selection, settings, traces } = dashboard;
  useReadings(); // drawn again when readings came in, ...
  const time = now.value; // ... and every second, for the ages
  const times = useTimes();
  const rowsFrom = [label, ...["filter", "under", "sort"].map((field) => location.get(field))];
  const [scroller, view] = useViewport(JSON.stringify(rowsFrom));
  const rowHeight_px = useIsNarrow() ? NARROW_ROW_HEIGHT_PX : ROW_HEIGHT_PX;
  const rows = windowOf(view, rowHeight_px, shown.length);
  useSubscribed(sensors, shown, rows);
  const active = useActiveRow({ scroller, shown, rowHeight_px, sensors });
  const columns = useColumns(selection.value.kind === "many");
  const withTrend = columns.includes("trend");
  const opened = location.get("sensor");
  const olds = new Map<string, string>();
  const oldOf = (device: string): string => {
    const known = olds.get(device);
    if (known !== undefined) return known;
    const since = dashboard.oldSince(device);
    const words = since === null ? "" : `not live since ${times.clock(since, time)}${times.suffix}`;
    olds.set(device, words);
    return words;
  };
  return (
    <div
      class="table"
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={shown.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active.index === null ? undefined : rowId(active.index)}
      style={layoutOf(columns, settings.widths.value)}
      onKeyDown={active.onKey}
      onClick={active.onClick}
    >
      <TableHead columns={columns} />
      <div role="rowgroup" class="body" style={{ height: `${shown.length * rowHeight_px}px` }}>
        {shown.slice(rows.first, rows.end).map((index, position) => {
          const sensor = sensors.about[index];
          const received = sensors.received[index] ?? null;
          const age = formatAge(received === null ? null : time - received);
          return (
            <SensorRow
              key={index}
              sensors={sensors}
              index={index}
              revision={sensors.revisions[index] ?? 0}
              age={age}
              old={oldWords(oldOf(sensor?.device ?? ""), sensors, index, times.stamp)}
              rowIndex={rows.first + position + 2}
              top_px={(rows.first + position) * rowHeight_px}
              columns={columns}
              times={times}
              href={location.href({ sensor: sensor === undefined ? null : nameText(sensor) })}
              plotHref={sensor === undefined ? "" : dashboard.hrefToPlot(sensor)}
              trace={withTrend && sensor !== undefined ? traceOf(traces, sensor) : null}
              until={Math.floor(time)}
              isActive={
                active.index === index || (sensor !== undefined && nameText(sensor) === opened)
              }
            />
          );
        })}
      </div>
    </div>
  );
}

function traceOf(traces: Traces, { device, name, type }: Sensor): AnyTrace {
  return traces.open(device, name, type);
}

/** A value of a lost device, or one the device cannot read, is old by itself. */
function oldWords(
  ofDevice: string,
  sensors: SensorsView,
  index: number,
  stamp: (time: number) => string,
): string {
  if (ofDevice !== "") return ofDevice;
  if (sensors.statuses[index] !== "unreachable") return "";
  const received = sensors.received[index] ?? null;
  return received === null ? "unreachable" : `not live since ${stamp(received)}`;
}

function useColumns(withDevice: boolean): readonly ShownColumn[] {
  const { columns } = useDashboard().settings;
  return useMemo(
    () => [...(withDevice ? (["device"] as const) : []), "name", ...columns.value],
    [withDevice, columns.value],
  );
}

/** Tells which sensors are in view. */
function useSubscribed(sensors: SensorsView, shown: readonly number[], rows: RowWindow): void {
  const { inView, watched } = useDashboard();
  const first = Math.floor(rows.first / BLOCK_ROWS) * BLOCK_ROWS;
  const end = Math.ceil(rows.end / BLOCK_ROWS) * BLOCK_ROWS;
  const among = watched.device.value ?? "";
  useEffect(() => {
    const seen = shown.slice(first, end).map((index) => sensors.about[index]);
    inView.show(
      "table",
      seen.filter((sensor) => sensor !== undefined),
      among,
    );
  }, [inView, sensors, shown, first, end, among]);
  useEffect(() => () => inView.show("table", [], among), [inView, among]);
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
