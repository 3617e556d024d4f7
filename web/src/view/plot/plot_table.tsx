/**
 * Legend and text of the charts in one: of each sensor its line, the value now or under the
 * cursor, its status, lowest and highest in view. What the charts show can be read here.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { FixedRange } from "../../model/plot/plot_range";
import type { AnyTrace } from "../../model/plot/traces";
import type { SensorName } from "../../model/sensors/sensor_name";
import type { TimeZone } from "../../model/settings";
import { visible } from "../../model/words";
import { formatValue, shortNumber, tooltip } from "../format";
import { StatusMark } from "../marks";
import { TIMES, type Times } from "../times";
import type { PlotRow } from "./plot_rows";
import { Swatch } from "./swatch";

interface Props {
  readonly rows: readonly PlotRow[];
  readonly shown: FixedRange;
  readonly cursor: ReadonlySignal<number | null>;
  readonly zone: TimeZone;
  readonly onRemove: (name: SensorName) => void;
}

export function PlotTable({ rows, shown, cursor, zone, onRemove }: Props) {
  const time = cursor.value;
  return (
    <table class="plot-table">
      <caption>{time === null ? "Latest values" : `Values at ${TIMES[zone].stamp(time)}`}</caption>
      <thead>
        <tr>
          <th scope="col">sensor</th>
          <th scope="col" class="number">
            value
          </th>
          <th scope="col">units</th>
          <th scope="col">status</th>
          <th scope="col" class="number">
            lowest in view
          </th>
          <th scope="col" class="number">
            highest in view
          </th>
          <th scope="col">
            <span class="only-heard">remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.text}>
            <th scope="row" title={tooltip(row.about?.description || row.text)}>
              <Swatch row={row} /> <span class="plot-name">{visible(row.text)}</span>
            </th>
            <Cells row={row} shown={shown} time={time} times={TIMES[zone]} />
            <td data-cell="remove">
              <button
                type="button"
                class="plot-tool"
                aria-label={`Remove ${visible(row.text)}`}
                title={`Remove ${visible(row.text)}`}
                onClick={() => onRemove(row.name)}
              >
                <svg viewBox="0 0 12 12" aria-hidden="true">
                  <path d="M3 2 6 5 9 2 10 3 7 6 10 9 9 10 6 7 3 10 2 9 5 6 2 3Z" />
                </svg>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellsProps {
  readonly row: PlotRow;
  readonly shown: FixedRange;
  readonly time: number | null;
  readonly times: Times;
}

function Cells({ row, shown, time, times }: CellsProps) {
  const { trace, about, line } = row;
  if (trace === null || about === null) {
    return (
      <td colSpan={5} data-cell="value" class={row.problem === null ? "none" : "problem"}>
        {row.problem ?? "Waiting for its first reading."}
      </td>
    );
  }
  const { text, status } = time === null ? latest(row, times) : at(row, time, times);
  const isNumber = trace.kind === "number";
  return (
    <>
      <td data-cell="value" class={isNumber ? "number" : ""} title={text}>
        {text}
      </td>
      <td data-cell="units">{visible(about.units)}</td>
      <td data-cell="status">{status !== null && <StatusMark status={status} />}</td>
      {isNumber ? (
        <>
          <td data-cell="low" class="number">
            {extreme(line.low)}
          </td>
          <td data-cell="high" class="number">
            {extreme(line.high)}
          </td>
        </>
      ) : (
        <td data-cell="low" colSpan={2} class="number">
          {changes(trace, shown)}
        </td>
      )}
    </>
  );
}

function latest({ trace, about }: PlotRow, times: Times) {
  const last = trace?.last ?? null;
  const text = formatValue(last?.value ?? null, about?.type ?? "", times).short;
  return { text, status: last?.status ?? null };
}

function at({ trace, about }: PlotRow, time: number, times: Times) {
  const index = trace?.indexAt(time) ?? -1;
  if (trace === null || index < 0) return { text: "none", status: null };
  const text = trace.textAt(index);
  const number = trace.values[index] ?? Number.NaN;
  // In full only where no double says it.
  const value = trace.kind === "number" && text === String(number) ? number : text;
  return {
    text: formatValue(value, about?.type ?? "", times).short,
    status: trace.statusAt(index),
  };
}

function extreme(value: number): string {
  return Number.isNaN(value) ? "none" : shortNumber(value);
}

function changes(trace: AnyTrace, { from, to }: FixedRange): string {
  let count = 0;
  const end = trace.firstFrom(to);
  for (let index = trace.firstFrom(from); index < end; index += 1) {
    if (trace.isReading(index)) count += 1;
  }
  return count === 1 ? "1 change" : `${count} changes`;
}
