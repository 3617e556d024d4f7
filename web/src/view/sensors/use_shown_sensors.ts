/** Which rows the table has, and in which order: filtered, within a subsystem, sorted. */
import { useEffect, useMemo } from "preact/hooks";
import { filtered, parseFilter } from "../../model/sensors/filter";
import type { SensorsView } from "../../model/sensors/sensors";
import { needsValues, parseSorting, sorted } from "../../model/sensors/sorting";
import { useDashboard, useReadings } from "../dashboard_context";

/** How often rows that are sorted by what they read find a new place, in seconds. */
const RESORT_S = 2;

export interface ShownSensors {
  /** As they are, or as they were when the table was paused. */
  readonly sensors: SensorsView;
  readonly shown: readonly number[];
  /** What is wrong with the filter, or null. */
  readonly problem: string | null;
}

export function useShownSensors(): ShownSensors {
  const dashboard = useDashboard();
  const { location, now, pause, watched } = dashboard;
  useReadings();
  const sensors = pause.value?.sensors ?? dashboard.sensors;
  const [text, under, sort] = [location.get("filter"), location.get("under"), location.get("sort")];
  const filter = useMemo(() => parseFilter(text), [text]);
  const sorting = useMemo(() => parseSorting(sort), [sort]);
  const byValue = needsValues(sorting);
  useEffect(() => {
    watched.follow(byValue);
    return () => watched.follow(false); // nobody looks at the order any more
  }, [watched, byValue, watched.device.value]);
  // Looked for again once a second at most: it takes every sensor.
  const byStatus = filter.needsStatus || sorting.by === "status";
  const period_s = byStatus ? 1 : RESORT_S;
  const isMoving = (byStatus || byValue) && pause.value === null;
  const moment = isMoving ? Math.floor(now.value / period_s) : 0;
  const shown = useMemo(
    () => sorted(sensors, filtered(sensors, filter, under), sorting),
    [filter, under, sorting, sensors, sensors.listRevision, moment],
  );
  return { sensors, shown, problem: filter.problem };
}
