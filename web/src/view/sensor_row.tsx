/** One sensor. Drawn again only when its reading, its age or its place changed. */
import { Component } from "preact";
import type { Sensors } from "../model/sensors";
import { formatValue, isoStamp } from "./format";
import { StatusMark } from "./marks";

interface Props {
  readonly sensors: Sensors;
  readonly index: number;
  readonly revision: number;
  readonly age: string;
  readonly rowIndex: number;
  readonly top_px: number;
}

export class SensorRow extends Component<Props> {
  /** Changes of the value before the row came into view are no news. */
  readonly #changesAtFirst = this.#changes;

  override shouldComponentUpdate(next: Props): boolean {
    return (
      next.index !== this.props.index ||
      next.revision !== this.props.revision ||
      next.age !== this.props.age ||
      next.top_px !== this.props.top_px ||
      next.rowIndex !== this.props.rowIndex
    );
  }

  override render({ sensors, index, age, rowIndex, top_px }: Props) {
    const sensor = sensors.about[index];
    if (sensor === undefined) return null;
    const status = sensors.statuses[index] ?? "unknown";
    const timestamp = sensors.timestamps[index] ?? null;
    const { short, exact, isNumber } = formatValue(sensors.values[index] ?? null, sensor.type);
    return (
      <div
        role="row"
        class={`row is-${status}`}
        aria-rowindex={rowIndex}
        data-sensor={sensor.name}
        data-status={status}
        style={{ transform: `translateY(${top_px}px)` }}
      >
        <span role="cell" data-cell="name" title={sensor.description || sensor.name}>
          {sensor.name}
        </span>
        <span
          role="cell"
          data-cell="value"
          class={isNumber ? "number" : timestamp === null ? "none" : ""}
          title={exact}
        >
          <span class={this.#flash()}>{short}</span>
        </span>
        <span role="cell" data-cell="units" title={sensor.units}>
          {sensor.units}
        </span>
        <span role="cell" data-cell="status">
          <StatusMark status={status} />
        </span>
        <span
          role="cell"
          data-cell="age"
          class="number"
          title={timestamp === null ? "" : isoStamp(timestamp)}
        >
          {age}
        </span>
      </div>
    );
  }

  get #changes(): number {
    return this.props.sensors.changes[this.props.index] ?? 0;
  }

  /** Two equal animations in turn: a class that changes its name starts over. */
  #flash(): string {
    const changes = this.#changes;
    if (changes === this.#changesAtFirst) return "text";
    return changes % 2 === 0 ? "text flash-even" : "text flash-odd";
  }
}
