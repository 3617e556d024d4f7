/**
 * The devices katgate knows, in katgate's order, by what it last said of them.
 *
 * While there is no session the list is kept; that it is old is the connection's to say.
 */
import { type Signal, signal } from "@preact/signals";
import type { Katgate } from "../client/katgate";
import type { Device, DeviceState } from "../wire";

/** Only in these does katgate hear from the device. */
const LIVE_STATES: readonly DeviceState[] = ["syncing", "synced"];

export class Devices {
  /** Null until katgate has told for the first time. */
  readonly list: Signal<readonly Device[] | null> = signal(null);
  readonly problem: Signal<string | null> = signal(null);
  /** name -> since when nothing is heard of the device, on katgate's clock. */
  readonly #awaySince = new Map<string, number>();

  constructor(katgate: Katgate) {
    katgate.devices({
      onDevices: (devices) => {
        this.problem.value = null;
        this.#note(devices);
        this.list.value = devices;
      },
      onFailed: ({ detail }) => {
        this.problem.value = detail;
      },
    });
  }

  /** Since when the device is away, or null: its readings are live. */
  awaySince(name: string): number | null {
    return this.#awaySince.get(name) ?? null;
  }

  find(name: string): Device | null {
    return this.list.value?.find((device) => device.name === name) ?? null;
  }

  /** A device's own `since` starts over with every attempt to reach it. */
  #note(devices: readonly Device[]): void {
    const before = new Map(this.#awaySince);
    this.#awaySince.clear();
    for (const { name, state, since } of devices) {
      const awaySince = before.get(name) ?? since;
      if (!LIVE_STATES.includes(state) && awaySince !== null) this.#awaySince.set(name, awaySince);
    }
  }
}
