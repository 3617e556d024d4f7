/**
 * The devices katgate knows, in katgate's order, by what it last said of them.
 *
 * While there is no session the list is kept; that it is old is the connection's to say.
 */
import { type Signal, signal } from "@preact/signals";
import type { Device, DeviceState, DevicesChange, SubId } from "../wire";
import type { Connection } from "./connection";

/** Only in these does katgate hear from the device. */
const LIVE_STATES: readonly DeviceState[] = ["syncing", "synced"];

export class Devices {
  /** Null until katgate has told for the first time. */
  readonly list: Signal<readonly Device[] | null> = signal(null);
  readonly problem: Signal<string | null> = signal(null);
  readonly #connection: Connection;
  /** name -> since when nothing is heard of the device, on katgate's clock. */
  readonly #awaySince = new Map<string, number>();
  #sub: SubId | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Ask anew: after each hello. */
  subscribe(): void {
    this.#sub = null;
    this.#connection.call("devices.subscribe", {}, (answer) => {
      if (!answer.ok) {
        this.problem.value = answer.problem.detail;
        return;
      }
      this.problem.value = null;
      this.#sub = answer.result.sub;
      for (const device of answer.result.devices) this.#note(device);
      this.list.value = answer.result.devices;
    });
  }

  onChange(change: DevicesChange): void {
    if (change.sub !== this.#sub) return;
    for (const device of change.devices) this.#note(device);
    for (const name of change.removed) this.#awaySince.delete(name);
    const kept = (this.list.value ?? []).filter((device) => !change.removed.includes(device.name));
    this.list.value = merged(kept, change.devices);
  }

  /** Since when the device is away, or null: its readings are live. */
  awaySince(name: string): number | null {
    return this.#awaySince.get(name) ?? null;
  }

  find(name: string): Device | null {
    return this.list.value?.find((device) => device.name === name) ?? null;
  }

  /** A device's own `since` starts over with every attempt to reach it. */
  #note({ name, state, since }: Device): void {
    if (LIVE_STATES.includes(state)) this.#awaySince.delete(name);
    else if (since !== null && !this.#awaySince.has(name)) this.#awaySince.set(name, since);
  }
}

/** Those known, each in its newest state, then those not seen before. */
function merged(known: readonly Device[], changed: readonly Device[]): Device[] {
  const byName = new Map(known.map((device) => [device.name, device]));
  for (const device of changed) byName.set(device.name, device);
  return [...byName.values()];
}
