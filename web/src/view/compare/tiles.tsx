/** One sensor, a tile for each device: value, status, and where it lies among the others. */
import {
  type Comparison,
  callsFor,
  compare,
  type OneOfMany,
  placeOf,
} from "../../model/comparison";
import { nameText } from "../../model/sensor_name";
import { ABNORMAL } from "../../model/sensors";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { formatValue } from "../format";
import { StatusMark } from "../marks";
import { type Cell, cellsOf } from "./cells";
import { Summary } from "./summary";

export function Tiles({ name }: { name: string }) {
  const { compared } = useDashboard();
  useReadings();
  const cells = cellsOf(compared.sensors, name);
  if (cells.length === 0) {
    return (
      <p class="empty" data-empty="no-such-sensor">
        None of the devices has a sensor {name}.
      </p>
    );
  }
  const comparison = compare(cells);
  return (
    <>
      <Summary name={name} cells={cells} comparison={comparison} />
      <ul class="tiles" aria-label={`${name} of each device`}>
        {cells.map((cell) => (
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
      <a href={location.href({ page: null, device, sensor: nameText(sensor) })}>
        <b>{device}</b>
      </a>
      <span class="tile-value text" title={exact}>
        {short}
      </span>
      {place !== null && (
        <span class="tile-place" aria-hidden="true">
          <span style={{ left: `${place * 100}%` }} />
        </span>
      )}
      {ABNORMAL.includes(status) && <StatusMark status={status} />}
      {isUnusual && <span class="unusual">≠ unlike the others</span>}
      {since !== null && (
        <span class="tile-old">
          since {times.clock(since, now.value)}
          {times.suffix}
        </span>
      )}
    </li>
  );
}
