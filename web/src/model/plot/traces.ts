/**
 * The histories that are kept, by device and sensor: of sensors somebody looks at, and no more
 * than a fixed number; those not looked at for the longest time go first.
 */
import type { ReadingRow } from "../../wire";
import { NumberTrace } from "./number_trace";
import { StateTrace } from "./state_trace";

export type AnyTrace = NumberTrace | StateTrace;

/** A full trace has 340 kB; a table shows 40 rows, a plot 12. */
const MOST_TRACES = 100;

const NUMERIC_TYPES: readonly string[] = ["integer", "float"];

interface Entry {
  readonly trace: AnyTrace;
  readonly type: string;
  lookedAt: number;
}

export class Traces {
  readonly #devices = new Map<string, Map<string, Entry>>();
  readonly #most: number;
  #looks = 0;
  #count = 0;

  constructor(most = MOST_TRACES) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /** The trace of a sensor, which is looked at now; readings are kept from here on. */
  open(device: string, sensor: string, type: string): AnyTrace {
    const known = this.#devices.get(device)?.get(sensor);
    if (known?.type === type) {
      this.#looks += 1;
      known.lookedAt = this.#looks;
      return known.trace;
    }
    this.forget(device, sensor); // the device gave the name to another sensor
    if (this.#count >= this.#most) this.#forgetOldest();
    const trace = NUMERIC_TYPES.includes(type) ? new NumberTrace() : new StateTrace(type);
    const ofDevice = this.#devices.get(device) ?? new Map<string, Entry>();
    this.#looks += 1;
    this.#devices.set(device, ofDevice.set(sensor, { trace, type, lookedAt: this.#looks }));
    this.#count += 1;
    return trace;
  }

  /** What there is of it, and take note that it is looked at. */
  look(device: string, sensor: string): AnyTrace | null {
    const entry = this.#devices.get(device)?.get(sensor);
    if (entry === undefined) return null;
    this.#looks += 1;
    entry.lookedAt = this.#looks;
    return entry.trace;
  }

  /** A reading that came in at `now` on katgate's clock. Nothing is kept where no trace is open. */
  append(device: string, row: ReadingRow, now: number): void {
    if (row.timestamp === null) return;
    const entry = this.#devices.get(device)?.get(row.sensor);
    entry?.trace.append(row.timestamp, row.value, row.status, now);
  }

  /**
   * Take note of the time, once a second: what is followed holds at `now`, if nothing else came;
   * what is not, as a row that was scrolled out of view, is not known from here on.
   */
  tick(now: number, isFollowed: (device: string, sensor: string) => boolean): void {
    for (const [device, ofDevice] of this.#devices) {
      for (const [sensor, { trace }] of ofDevice) {
        if (isFollowed(device, sensor)) trace.holdUntil(now);
        else trace.breakHere(now);
      }
    }
  }

  /** The device is lost, or frames of it are missing. */
  breakDevice(device: string, time: number): void {
    for (const { trace } of this.#devices.get(device)?.values() ?? []) trace.breakHere(time);
  }

  /** The session is lost, or the page was hidden and listened to nothing. */
  breakAll(time: number): void {
    for (const device of this.#devices.keys()) this.breakDevice(device, time);
  }

  forget(device: string, sensor: string): void {
    const ofDevice = this.#devices.get(device);
    if (ofDevice === undefined || !ofDevice.delete(sensor)) return;
    this.#count -= 1;
    if (ofDevice.size === 0) this.#devices.delete(device);
  }

  #forgetOldest(): void {
    let oldest: { device: string; sensor: string; lookedAt: number } | null = null;
    for (const [device, ofDevice] of this.#devices) {
      for (const [sensor, { lookedAt }] of ofDevice) {
        if (oldest === null || lookedAt < oldest.lookedAt) oldest = { device, sensor, lookedAt };
      }
    }
    if (oldest !== null) this.forget(oldest.device, oldest.sensor);
  }
}
