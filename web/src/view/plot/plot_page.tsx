/**
 * Several sensors over time. Drawing is one thing with being rendered: `Steady` says when, and
 * in one pass the range is looked at, the lines are filled, the charts drawn and the table
 * written, so that they never tell different things.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { plotCsv } from "../../model/plot/plot_csv";
import { grouped } from "../../model/plot/plot_groups";
import { isFollowing, resolved } from "../../model/plot/plot_range";
import type { StateTrace } from "../../model/plot/state_trace";
import { visible } from "../../model/words";
import { onThemeChange } from "../palette";
import { saveFile } from "../save_file";
import { AddBox } from "./add_box";
import { AxisOptions } from "./axis_options";
import { LEFT_PX, RIGHT_PX, TIME_AXIS_PX } from "./chart";
import { ChartBox } from "./chart_box";
import { paintLines } from "./paint_lines";
import { paintStates, STRIP_PX } from "./paint_states";
import { PlotKeys } from "./plot_keys";
import type { PlotPageProps } from "./plot_props";
import { fillLines, type PlotRow, PlotRows, sinceOf } from "./plot_rows";
import { PlotStack } from "./plot_stack";
import { PlotTable } from "./plot_table";
import { PlotToolbar } from "./plot_toolbar";
import { StateLists } from "./state_lists";
import { Steady } from "./steady";
import { useRange } from "./use_range";
import { valueRange } from "./value_range";
import "./plot_page.css";

/** Of one chart alone, and of one among several. */
const HEIGHT_PX = 320;
const LOW_HEIGHT_PX = 210;
/** How often the table is written while the charts stand still. */
const STILL_S = 1;

export function PlotPage(props: PlotPageProps) {
  const { plotted, source, options, zone, onRemove } = props;
  const [, setDrawing] = useState(0);
  const [width_px, setWidth] = useState(0);
  const [steady] = useState(() => new Steady(() => setDrawing((count) => count + 1)));
  const [plotRows] = useState(() => new PlotRows());
  const cursor = useSignal<number | null>(null);
  const area_px = Math.max(1, width_px - LEFT_PX - RIGHT_PX);
  const rows = plotRows.of(plotted, source);
  const look = useRef(() => ({ from: 0, to: 1 }));
  const inHand = useRange({
    given: props.range,
    onRange: props.onRange,
    shown: () => look.current(),
    redraw: () => steady.request(),
  });
  const shown = resolved(inHand.range, source.now(), sinceOf(rows));
  look.current = () => shown;
  useEffect(() => {
    // The latest values are told also where the range stands still.
    const pixel_s = isFollowing(inHand.range) ? inHand.range.span_s / area_px : STILL_S;
    steady.follow(plotted.length > 0 ? pixel_s : null);
  });
  useEffect(() => () => steady.end(), [steady]);
  useEffect(() => onThemeChange(() => steady.request()), [steady]);

  fillLines(rows, shown, area_px, options.isSteps);
  const { charts, states } = grouped(rows);
  const height_px = charts.length > 1 ? LOW_HEIGHT_PX : HEIGHT_PX;
  const units = charts.map((chart) => chart.units);
  return (
    <section class="plot" aria-label="Plot">
      <div class="plot-tools">
        <AddBox plotted={plotted} suggest={props.suggest} onAdd={props.onAdd} />
        <PlotToolbar shown={shown} inHand={inHand} zone={zone} />
      </div>
      {plotted.length === 0 ? (
        <p class="empty">
          Nothing is plotted. Add a sensor above by its name, as <b>device:sensor</b>.
        </p>
      ) : (
        <>
          <PlotStack
            shown={shown}
            inHand={inHand}
            cursor={cursor}
            width_px={width_px}
            onWidth={setWidth}
          >
            {charts.map((chart) => (
              <div key={`chart ${chart.units}`}>
                <p class="plot-units">{visible(chart.units) || "no units"}</p>
                <ChartBox
                  shown={shown}
                  values={valueRange(
                    chart.rows.map((row) => row.line),
                    options.valueRanges.get(chart.units) ?? null,
                  )}
                  zone={zone}
                  width_px={width_px}
                  height_px={height_px}
                  label={labelOf(chart.rows)}
                  paint={(area) => paintLines(area, chart.rows, options.isSteps)}
                />
              </div>
            ))}
            {states.length > 0 && (
              <ChartBox
                key="states"
                shown={shown}
                values={null}
                zone={zone}
                width_px={width_px}
                height_px={states.length * STRIP_PX + TIME_AXIS_PX}
                label={labelOf(states)}
                paint={(area) => paintStates(area, strips(states), shown.from)}
              />
            )}
          </PlotStack>
          <PlotTable rows={rows} shown={shown} cursor={cursor} zone={zone} onRemove={onRemove} />
          <div class="plot-foot">
            <button type="button" onClick={() => saveCsv(rows, shown)}>
              Save as CSV
            </button>
            <AxisOptions units={units} options={options} onOptions={props.onOptions} />
            <StateLists rows={states} shown={shown} zone={zone} />
            <PlotKeys />
          </div>
        </>
      )}
    </section>
  );
}

function labelOf(rows: readonly PlotRow[]): string {
  return `Chart of ${rows.map((row) => visible(row.text)).join(", ")}; its values are in the table below`;
}

function strips(rows: readonly PlotRow[]) {
  return rows.map(({ text, trace }) => ({ caption: visible(text), trace: trace as StateTrace }));
}

function saveCsv(rows: readonly PlotRow[], shown: { readonly from: number; readonly to: number }) {
  const sources = rows.flatMap(({ name, about, trace }) =>
    trace === null ? [] : [{ name, units: about?.units ?? "", trace }],
  );
  const begin = new Date(shown.from * 1000).toISOString().slice(0, 19).replaceAll(":", "");
  saveFile(`plot-${begin}Z.csv`, "text/csv;charset=utf-8", plotCsv(sources, shown));
}
