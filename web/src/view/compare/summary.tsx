/** All the tiles in one line: how many, from where to where, and who stands out. */
import { type Comparison, callsFor } from "../../model/compare/comparison";
import { devicesMeant } from "../../model/sensors/selection";
import { visible } from "../../model/words";
import { useDashboard, useTimes } from "../dashboard_context";
import { count, formatValue } from "../format";
import type { Cell } from "./cells";

const MOST_TEXTS = 6;
const MOST_NAMED = 8;

interface Props {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly comparison: Comparison;
}

export function Summary({ name, cells, comparison }: Props) {
  const { devices, location } = useDashboard();
  const [first] = cells;
  const called = cells.filter((cell) => callsFor(cell, comparison)).map(({ device }) => device);
  const having = new Set(cells.map(({ device }) => device));
  const without = devicesMeant(location.get("over"), devices.list.value ?? [])
    .map(({ name }) => name)
    .filter((device) => !having.has(device));
  return (
    <p class="summary" data-summary={name}>
      <b>{visible(name)}</b>
      {first?.sensor.description !== "" && <span>{visible(first?.sensor.description ?? "")}</span>}
      <span>{count(cells.length)} devices</span>
      {first !== undefined && <Spread comparison={comparison} like={first} />}
      {called.length === 0 ? (
        <span>none stands out</span>
      ) : (
        <span class="called">to be looked at: {firstOf(called)}</span>
      )}
      {without.length > 0 && <span data-without>not there: {firstOf(without)}</span>}
    </p>
  );
}

function firstOf(devices: readonly string[]): string {
  const more = devices.length - MOST_NAMED;
  const first = devices.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${first} and ${count(more)} more` : first;
}

function Spread({ comparison, like }: { comparison: Comparison; like: Cell }) {
  const times = useTimes();
  const { type, units } = like.sensor;
  switch (comparison.kind) {
    case "nothing":
      return <span>no readings</span>;
    case "numbers": {
      const { lowest, median, highest } = comparison;
      const shown = (value: number) => formatValue(value, type, times).short;
      return (
        <span>
          {shown(lowest)} to {shown(highest)}
          {units && ` ${visible(units)}`}, median {shown(median)}
        </span>
      );
    }
    case "texts": {
      const texts = comparison.counts
        .slice(0, MOST_TEXTS)
        .map(([text, n]) => `${visible(text)}: ${n}`);
      const rest = comparison.counts.length - texts.length;
      return <span>{[...texts, ...(rest > 0 ? [`${rest} others`] : [])].join(", ")}</span>;
    }
    default:
      return comparison satisfies never;
  }
}
