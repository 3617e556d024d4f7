/** One sensor. Drawn again only when its reading, its age or its place changed. */
import { Component } from "preact";
import type { AnyTrace } from "../../model/plot/traces";
import type { SensorsView } from "../../model/sensors/sensors";
import { visible } from "../../model/words";
import { formatValue, tooltip } from "../format";
import { StatusMark } from "../marks";
import { Sparkline } from "../sparkline";
import { isoStamp, type Times } from "../times";
import type { ShownColumn } from "./table_columns";

/** A value that stood still for so long flashes when it changes. */
const CALM_MS = 800;

interface Props {
  readonly sensors: SensorsView;
  readonly index: number;
  readonly revision: number;
  readonly age: string;
  /** Since when it is not live, in words; empty: it is. */
  readonly old: string;
  readonly rowIndex: number;
  readonly top_px: number;
  readonly columns: readonly ShownColumn[];
  readonly times: Times;
  /** Where a click leads: to the sensor in detail. */
  readonly href: string;
  /** Where a click on its trend leads. */
  readonly plotHref: string;
  /** Null where trends are not shown. */
  readonly trace: AnyTrace | null;
  /** The right edge of the trend, in UNIX seconds. */
  readonly until: number;
  readonly isActive: boolean;
}

export class SensorRow extends Component<Props> {
  /** Changes of the value before the row came into view are no news. */
  #changesSeen = this.#changes;
  #changedAt = Number.NEGATIVE_INFINITY;
  #flashes = 0;

  override shouldComponentUpdate(next: Props): boolean {
    const props = this.props;
    return (
      next.index !== props.index ||
      next.revision !== props.revision ||
      next.sensors !== props.sensors ||
      next.age !== props.age ||
      next.old !== props.old ||
      next.top_px !== props.top_px ||
      next.rowIndex !== props.rowIndex ||
      next.columns !== props.columns ||
      next.times !== props.times ||
      next.href !== props.href ||
      next.plotHref !== props.plotHref ||
      next.trace !== props.trace ||
      // Older than a minute it says so once a minute, but its trend moves on.
      (next.trace !== null && next.until !== props.until) ||
      next.isActive !== props.isActive
    );
  }

  override render({ sensors, index, old, rowIndex, top_px, columns, isActive }: Props) {
    const sensor = sensors.about[index];
    if (sensor === undefined) return null;
    const status = sensors.statuses[index] ?? "unknown";
    return (
      <div
        role="row"
        id={rowId(index)}
        class={`row is-${status}`}
        aria-rowindex={rowIndex}
        aria-selected={isActive}
        data-device-of={sensor.device}
        data-sensor={sensor.name}
        data-status={status}
        data-old={old !== ""}
        style={{ transform: `translateY(${top_px}px)` }}
      >
        {columns.map((column) => this.#cell(column))}
      </div>
    );
  }

  #cell(column: ShownColumn) {
    const { sensors, index, age, old, times, href, trace, until } = this.props;
    const sensor = sensors.about[index];
    if (sensor === undefined) return null;
    const timestamp = sensors.timestamps[index] ?? null;
    switch (column) {
      case "device":
        return (
          <span role="gridcell" key={column} data-cell="device" title={sensor.device}>
            {sensor.device}
          </span>
        );
      case "name":
        return (
          <span role="gridcell" key={column} data-cell="name">
            <a href={href} tabIndex={-1} title={tooltip(sensor.description || sensor.name)}>
              {visible(sensor.name)}
            </a>
          </span>
        );
      case "value": {
        const value = sensors.values[index] ?? null;
        const { short, exact, isNumber } = formatValue(value, sensor.type, times);
        const look = isNumber ? "number" : timestamp === null ? "none" : "";
        return (
          <span role="gridcell" key={column} data-cell="value" class={look} title={tooltip(exact)}>
            <span class={this.#flash()}>{short}</span>
          </span>
        );
      }
      case "units":
        return (
          <span role="gridcell" key={column} data-cell="units" title={tooltip(sensor.units)}>
            {visible(sensor.units)}
          </span>
        );
      case "status":
        return (
          <span role="gridcell" key={column} data-cell="status">
            <StatusMark status={sensors.statuses[index] ?? "unknown"} />
          </span>
        );
      case "trend":
        return (
          <span role="gridcell" key={column} data-cell="trend">
            <a href={this.props.plotHref} tabIndex={-1} aria-label={`Plot ${visible(sensor.name)}`}>
              <Sparkline
                trace={trace}
                revision={trace?.revision ?? 0}
                until={until}
                span_s={spanOf(trace, until)}
              />
            </a>
          </span>
        );
      case "time":
        return (
          <span
            role="gridcell"
            key={column}
            data-cell="time"
            class="number"
            title={timestamp === null ? "" : isoStamp(timestamp)}
          >
            {timestamp === null ? "" : times.exactClock(timestamp)}
          </span>
        );
      case "age":
        return (
          <span role="gridcell" key={column} data-cell="age" class="number" title={old}>
            {old === "" ? age : `old, ${age}`}
          </span>
        );
      default:
        return column satisfies never;
    }
  }

  get #changes(): number {
    return this.props.sensors.changes[this.props.index] ?? 0;
  }

  /**
   * Two equal animations in turn: a class that changes its name starts over. What changes all the
   * time is seen to do so, and flashes no more.
   */
  #flash(): string {
    const changes = this.#changes;
    if (changes !== this.#changesSeen) {
      const now_ms = performance.now();
      if (now_ms - this.#changedAt >= CALM_MS) this.#flashes += 1;
      this.#changedAt = now_ms;
      this.#changesSeen = changes;
    }
    if (this.#flashes === 0) return "text";
    return this.#flashes % 2 === 0 ? "text flash-even" : "text flash-odd";
  }
}

/** A young trend is shown larger: the last 5 minutes, or what there is of them. */
function spanOf(trace: AnyTrace | null, until: number): number {
  const age_s = until - (trace?.since ?? until);
  return Math.min(300, Math.max(60, Number.isNaN(age_s) ? 0 : age_s));
}

/** For `aria-activedescendant`. */
export function rowId(index: number): string {
  return `sensor-${index}`;
}
