/** All devices katgate serves, in its order, by what it last said of them. */
import type { Device, DevicesChange, Problem, SubId } from "../wire";
import type { HeldSubs, Hold } from "./held_subs";

export interface DevicesListener {
  /** All there are now. Called at first, and with every change of one of them. */
  onDevices(devices: readonly Device[]): void;
  onFailed?(problem: Problem): void;
}

export class DeviceListWish {
  readonly #subs: HeldSubs;
  readonly #listener: DevicesListener;
  #hold: Hold | null = null;
  #byName: Map<string, Device> = new Map();

  constructor(subs: HeldSubs, listener: DevicesListener) {
    this.#subs = subs;
    this.#listener = listener;
  }

  get sub(): SubId | null {
    return this.#hold?.sub ?? null;
  }

  ask(): void {
    this.#hold = this.#subs.ask("devices.subscribe", {}, (answer) => {
      if (!answer.ok) return this.#listener.onFailed?.(answer.problem);
      this.#byName = new Map(answer.result.devices.map((device) => [device.name, device]));
      this.#tell();
    });
  }

  lost(): void {
    this.#hold = null;
  }

  end(): void {
    this.#hold?.end();
  }

  onDevices(change: DevicesChange): void {
    for (const device of change.devices) this.#byName.set(device.name, device);
    for (const name of change.removed) this.#byName.delete(name);
    this.#tell();
  }

  #tell(): void {
    this.#listener.onDevices([...this.#byName.values()]);
  }
}
