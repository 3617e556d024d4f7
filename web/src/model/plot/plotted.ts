/**
 * The sensors that are plotted: every reading of them goes into their traces, also while another
 * page is looked at, so that a plot can be left and come back to.
 *
 * One wish for each device, apart from the table's: it stays while the table scrolls.
 */
import type { Katgate, Subscription } from "../../client/katgate";
import type { ReadingRow, Sensor } from "../../wire";
import { exactly } from "../sensors/pattern";
import type { SensorName } from "../sensors/sensor_name";
import type { Traces } from "./traces";

interface Followed {
  /** Of its sensors, all in one text: another text is another wish. */
  readonly key: string;
  readonly subscription: Subscription;
  readonly about: Map<string, Sensor>;
  readonly told: Told;
}

interface Told {
  problem: string | null;
  isAnswered: boolean;
}

export class Plotted {
  readonly #katgate: Katgate;
  readonly #traces: Traces;
  readonly #byDevice = new Map<string, Followed>();

  constructor(katgate: Katgate, traces: Traces) {
    this.#katgate = katgate;
    this.#traces = traces;
  }

  /** These, and no others. */
  follow(names: readonly SensorName[]): void {
    const wanted = new Map<string, Set<string>>();
    for (const { device, name } of names) {
      wanted.set(device, (wanted.get(device) ?? new Set()).add(name));
    }
    for (const [device, { subscription }] of this.#byDevice) {
      if (wanted.has(device)) continue;
      subscription.end();
      this.#byDevice.delete(device);
    }
    for (const [device, sensors] of wanted) this.#followDevice(device, [...sensors].sort());
  }

  has(device: string, name: string): boolean {
    return this.#byDevice.get(device)?.about.has(name) ?? false;
  }

  /** What katgate says of a plotted sensor; null: nothing yet, or nothing at all. */
  about({ device, name }: SensorName): Sensor | null {
    return this.#byDevice.get(device)?.about.get(name) ?? null;
  }

  /** Why there is no sensor of that name, or null. */
  problem({ device, name }: SensorName): string | null {
    const followed = this.#byDevice.get(device);
    if (followed === undefined || followed.told.problem !== null) {
      return followed?.told.problem ?? null;
    }
    if (!followed.told.isAnswered || followed.about.has(name)) return null;
    return `${device} has no sensor ${name}, or katgate has no device ${device}.`;
  }

  #followDevice(device: string, names: readonly string[]): void {
    const key = JSON.stringify(names);
    const before = this.#byDevice.get(device);
    if (before?.key === key) return;
    const about = new Map<string, Sensor>();
    const told: Told = { problem: null, isAnswered: false };
    const subscription = this.#katgate.subscribe(
      { device, sensors: exactly(names) },
      {
        onSensors: (sensors) => {
          told.isAnswered = true;
          about.clear();
          this.#open(about, sensors);
        },
        onSensorsChange: (added, removed) => {
          for (const [, name] of removed) about.delete(name);
          this.#open(about, added);
        },
        onReadings: (readings) => this.#append(device, readings.get(device) ?? []),
        onState: (state) => {
          told.problem = state.kind === "failed" ? state.problem.detail : null;
          if (state.kind !== "asked" && state.kind !== "filling") before?.subscription.end();
        },
        onGap: () => this.#traces.breakDevice(device, this.#katgate.time.now()),
      },
    );
    this.#byDevice.set(device, { key, subscription, about, told });
  }

  #open(about: Map<string, Sensor>, sensors: readonly Sensor[]): void {
    for (const sensor of sensors) {
      about.set(sensor.name, sensor);
      this.#traces.open(sensor.device, sensor.name, sensor.type);
    }
  }

  #append(device: string, rows: readonly ReadingRow[]): void {
    const now = this.#katgate.time.now();
    for (const row of rows) {
      this.#traces.look(device, row.sensor); // it is not the one to be given up
      this.#traces.append(device, row, now);
    }
  }
}
