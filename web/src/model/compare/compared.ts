/**
 * A few sensors over many devices: the same names wished for on all that a glob means.
 *
 * Apart from the table's sensors, and subscribed only while somebody compares.
 */
import { type Signal, signal } from "@preact/signals";
import type { Katgate, Subscription } from "../../client/katgate";
import type { WishState } from "../../client/sensor_wish";
import { Sensors } from "../sensors/sensors";

export class Compared {
  readonly sensors: Sensors;
  readonly state: Signal<WishState> = signal({ kind: "waiting" });
  readonly #katgate: Katgate;
  #subscription: Subscription | null = null;

  constructor(katgate: Katgate, onDirty: () => void) {
    this.#katgate = katgate;
    this.sensors = new Sensors(onDirty);
  }

  /** Compare these; nothing, where either is empty. The answer ends it. */
  begin(devices: string, names: readonly string[]): () => void {
    const { sensors } = this;
    const katgate = this.#katgate;
    sensors.clear();
    this.state.value = { kind: "waiting" };
    if (devices === "" || names.length === 0) return () => {};
    const subscription = katgate.subscribe(
      { device: devices, sensors: names },
      {
        onState: (state) => {
          this.state.value = state;
        },
        onSensors: (list) => sensors.setList(list),
        onSensorsChange: (added, removed) => sensors.change(added, removed),
        onReadings: (readings, isSnapshot) => {
          for (const [device, rows] of readings) {
            if (isSnapshot) sensors.applySnapshot(device, rows);
            else sensors.applyUpdates(device, rows, katgate.time.now());
          }
        },
      },
    );
    this.#subscription = subscription;
    return () => {
      subscription.end();
      if (this.#subscription === subscription) sensors.clear();
    };
  }
}
