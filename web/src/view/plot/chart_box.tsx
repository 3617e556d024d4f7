/** A place on the page for one chart; it is drawn whenever the page is. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { FixedRange } from "../../model/plot/plot_range";
import type { TimeZone } from "../../model/settings";
import { type Area, Chart } from "./chart";
import type { ValueRange } from "./value_range";

interface Props {
  readonly shown: FixedRange;
  /** Null: what is painted has no values. */
  readonly values: ValueRange | null;
  readonly zone: TimeZone;
  readonly width_px: number;
  readonly height_px: number;
  readonly label: string;
  readonly paint: (area: Area) => void;
}

const NO_VALUES: ValueRange = { min: 0, max: 1 };

export function ChartBox({ shown, values, zone, width_px, height_px, label, paint }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const latest = useRef(paint);
  latest.current = paint;
  const hasValues = values !== null;
  useLayoutEffect(() => {
    if (host.current === null) return;
    const made = new Chart(host.current, { hasValues, paint: (area) => latest.current(area) });
    chart.current = made;
    return () => made.destroy();
  }, [hasValues]);
  useLayoutEffect(() => {
    chart.current?.resize(width_px, height_px);
  }, [hasValues, width_px, height_px]);
  useLayoutEffect(() => {
    chart.current?.draw(shown, values ?? NO_VALUES, zone);
  });
  return (
    <div
      ref={host}
      class="plot-chart"
      data-chart={hasValues ? "values" : "states"}
      role="img"
      aria-label={label}
      style={{ height: `${height_px}px` }}
    />
  );
}
