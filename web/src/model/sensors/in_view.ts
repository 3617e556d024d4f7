/**
 * Every reading of the sensors that can be seen, and of no others.
 *
 * Rows that scroll by are not asked for: only what stays in view for a moment. A new wish takes
 * over before the one before ends, so that a row in both never stands still. Wishes are made for
 * blocks of rows by the caller: a small scroll changes nothing.
 */

import type { Clock } from "../../client/clock";
import type { Katgate, Subscription } from "../../client/katgate";
import type { ReadingsByDevice } from "../../client/sensor_wish";
import type { Problem, Sensor } from "../../wire";
import { exactly, isGlob } from "./pattern";

/** Long enough for a flick of the wheel to pass by. */
const SETTLE_S = 0.12;
/** Of more devices at once one wish over all of them costs less than one for each. */
const MOST_DEVICES = 4;

export interface InViewListener {
  onReadings(readings: ReadingsByDevice, isSnapshot: boolean): void;
  onGap(): void;
  onConflated(count: number): void;
  /** katgate will not tell the readings of some that are in view. */
  onFailed(problem: Problem): void;
}

/** Names by device, or by a glob over many. */
type Groups = ReadonlyMap<string, ReadonlySet<string>>;

interface Wish {
  readonly names: ReadonlySet<string>;
  readonly subscription: Subscription;
}

export class InView {
  readonly #katgate: Katgate;
  readonly #clock: Clock;
  readonly #listener: InViewListener;
  /** By device, or the glob over many. */
  #wishes = new Map<string, Wish>();
  readonly #parts = new Map<string, Groups>();
  #cancel: () => void = () => {};

  constructor(katgate: Katgate, clock: Clock, listener: InViewListener) {
    this.#katgate = katgate;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** These are in view of a part of the page, of the devices that `among` means. */
  show(part: string, sensors: readonly Sensor[], among: string): void {
    if (sensors.length === 0) this.#parts.delete(part);
    else this.#parts.set(part, grouped(sensors, among));
    this.#settle();
  }

  /** Nothing is in view. */
  clear(): void {
    this.#parts.clear();
    this.#cancel();
    this.#take(new Map());
  }

  /** Whether every reading of a sensor comes in here. */
  has(device: string, name: string): boolean {
    if (this.#wishes.get(device)?.names.has(name)) return true;
    for (const [key, { names }] of this.#wishes) {
      if (isGlob(key) && names.has(name)) return true;
    }
    return false;
  }

  #settle(): void {
    this.#cancel();
    const wanted = joined([...this.#parts.values()]);
    if (isCovered(wanted, this.#wishes)) return;
    this.#cancel = this.#clock.after(SETTLE_S, () => this.#take(wanted));
  }

  #take(wanted: Groups): void {
    const before = this.#wishes;
    this.#wishes = new Map();
    for (const [device, names] of wanted) {
      const known = before.get(device);
      before.delete(device);
      if (known !== undefined && isSubset(names, known.names)) this.#wishes.set(device, known);
      else this.#wishes.set(device, this.#wish(device, names, known));
    }
    for (const { subscription } of before.values()) subscription.end();
  }

  #wish(device: string, names: ReadonlySet<string>, before: Wish | undefined): Wish {
    const subscription = this.#katgate.subscribe(
      { device, sensors: exactly(names) },
      {
        onReadings: (readings, isSnapshot) => this.#listener.onReadings(readings, isSnapshot),
        onGap: () => this.#listener.onGap(),
        onConflated: (count) => this.#listener.onConflated(count),
        onState: (state) => {
          const { kind } = state;
          if (kind === "live" || kind === "failed" || kind === "ended") before?.subscription.end();
          if (kind === "failed") this.#listener.onFailed(state.problem);
        },
      },
    );
    return { names, subscription };
  }
}

function grouped(sensors: readonly Sensor[], among: string): Groups {
  const groups = new Map<string, Set<string>>();
  for (const { device, name } of sensors) {
    const names = groups.get(device) ?? new Set();
    groups.set(device, names.add(name));
  }
  if (groups.size <= MOST_DEVICES) return groups;
  return new Map([[among, new Set(sensors.map(({ name }) => name))]]);
}

function joined(parts: readonly Groups[]): Groups {
  const groups = new Map<string, ReadonlySet<string>>();
  for (const part of parts) {
    for (const [device, names] of part) {
      groups.set(device, new Set([...(groups.get(device) ?? []), ...names]));
    }
  }
  return groups;
}

function isCovered(wanted: Groups, wishes: ReadonlyMap<string, Wish>): boolean {
  if (wanted.size !== wishes.size) return false;
  return [...wanted].every(([device, names]) => isSubset(names, wishes.get(device)?.names));
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string> | undefined): boolean {
  return all !== undefined && [...some].every((one) => all.has(one));
}
