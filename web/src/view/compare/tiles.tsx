/** One sensor, a tile for each device: value, status, and where it lies among the others. */
import { arranged, parseArrangement } from "../../model/compare/arrangement";
import {
  type Comparison,
  callsFor,
  compare,
  type OneOfMany,
  placeOf,
} from "../../model/compare/comparison";
import { nameText } from "../../model/sensors/sensor_name";
import { ABNORMAL } from "../../model/sensors/sensors";
import { visible } from "../../model/words";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { formatValue, tooltip } from "../format";
import { StatusMark } from "../marks";
import { type Cell, cellsOf } from "./cells";
import { Summary } from "./summary";
import { WhyNone } from "./why_none";

export function Tiles({ name }: { name: string }) {
  const { compared, location } = useDashboard();
  useReadings();
  const cells = cellsOf(compared.sensors, name);
  if (cells.length === 0) return <WhyNone what={`a sensor ${visible(name)}`} />;
  const comparison = compare(cells);
  const by = parseArrangement(location.get("arranged"));
  return (
    <>
      <Summary name={name} cells={cells} comparison={comparison} />
      <ul class="tiles" aria-label={`${visible(name)} of each device`}>
        {arranged(cells, comparison, by).map((cell) => (
          <Tile key={cell.device} cell={cell} comparison={comparison} />
        ))}
      </ul>
    </>
  );
}

function Tile({ cell, comparison }: { cell: Cell; comparison: Comparison }) {
  const { location, oldSince, now } = useDashboard();
  const times = useTimes();
  const { device, sensor, value, status } = cell;
  const { short, exact } = formatValue(value, sensor.type, times);
  const since = oldSince(device);
  const isUnusual = comparison.unusual.has(device);
  const place = placeOf(value, comparison);
  return (
    <li
      class={`tile is-${status}`}
      data-tile={device}
      data-calls={callsFor(cell satisfies OneOfMany, comparison)}
      data-old={since !== null || status === "unreachable"}
    >
      <span class="tile-head">
        <a href={location.href({ page: null, device, sensor: nameText(sensor) })}>
          <b>{device}</b>
        </a>
        {ABNORMAL.includes(status) && <StatusMark status={status} />}
      </span>
      <span class="tile-value text" title={tooltip(exact)}>
        {short}
      </span>
      {place !== null && (
        <span class="tile-place" aria-hidden="true">
          <span style={{ left: `${place * 100}%` }} />
        </span>
      )}
      {isUnusual && <span class="unusual">≠ unusual</span>}
      {since !== null && (
        <span class="tile-old">
          since {times.clock(since, now.value)}
          {times.suffix}
        </span>
      )}
    </li>
  );
}
