/** Several sensors over many devices: a row for each device, a column for each sensor. */
import { arranged, parseArrangement } from "../../model/compare/arrangement";
import { type Comparison, callsFor, compare } from "../../model/compare/comparison";
import { ABNORMAL } from "../../model/sensors/sensors";
import { visible } from "../../model/words";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { formatValue, tooltip } from "../format";
import { StatusMark } from "../marks";
import { type Cell, cellsOf } from "./cells";
import { Summary } from "./summary";
import { WhyNone } from "./why_none";

interface Column {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly byDevice: ReadonlyMap<string, Cell>;
  readonly comparison: Comparison;
}

export function Matrix({ names }: { names: readonly string[] }) {
  const { compared, location } = useDashboard();
  useReadings();
  const columns = names.map((name): Column => {
    const cells = cellsOf(compared.sensors, name);
    const byDevice = new Map(cells.map((cell) => [cell.device, cell]));
    return { name, cells, byDevice, comparison: compare(cells) };
  });
  const by = parseArrangement(location.get("arranged"));
  const ordered = columns.flatMap(({ cells, comparison }) => arranged(cells, comparison, by));
  const devices = [...new Set(ordered.map(({ device }) => device))]; // by the first column
  if (devices.length === 0) return <WhyNone what="any of these sensors" />;
  return (
    <>
      {columns.map(({ name, cells, comparison }) => (
        <Summary key={name} name={name} cells={cells} comparison={comparison} />
      ))}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard, too. */}
      <section class="matrix" aria-label="Matrix" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">device</th>
              {columns.map(({ name, cells }) => (
                <th scope="col" key={name}>
                  {visible(name)} {visible(cells[0]?.sensor.units ?? "")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <Row key={device} device={device} columns={columns} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ device, columns }: { device: string; columns: readonly Column[] }) {
  const { location, oldSince } = useDashboard();
  return (
    <tr data-row={device} data-old={oldSince(device) !== null}>
      <th scope="row">
        <a href={location.href({ page: null, device })}>{device}</a>
      </th>
      {columns.map(({ name, byDevice, comparison }) => (
        <MatrixCell key={name} cell={byDevice.get(device)} comparison={comparison} />
      ))}
    </tr>
  );
}

function MatrixCell({ cell, comparison }: { cell: Cell | undefined; comparison: Comparison }) {
  const times = useTimes();
  if (cell === undefined) return <td class="none">none</td>;
  const { short, exact, isNumber } = formatValue(cell.value, cell.sensor.type, times);
  return (
    <td
      class={isNumber ? "number" : ""}
      data-calls={callsFor(cell, comparison)}
      title={tooltip(exact)}
    >
      <span class="text">{short}</span>
      {ABNORMAL.includes(cell.status) && <StatusMark status={cell.status} />}
      {comparison.unusual.has(cell.device) && <span class="unusual">≠ unusual</span>}
    </td>
  );
}
