/**
 * The sensors of the selected device or devices: which there are and how each is.
 *
 * It wishes for all of them by the strategy `status`: their present readings at first, then only
 * what changes its status. The values of rows in view come by `in_view.ts`. What was heard
 * outlives the session, as old: `oldSince` says since when.
 */
import { type Signal, signal } from "@preact/signals";
import type { Katgate, Subscription } from "../../client/katgate";
import type { ReadingsByDevice, WishState } from "../../client/sensor_wish";
import type { Sensors } from "./sensors";

/** A row that is sorted by its value may find its place a little late. */
const FOLLOWED = "event-rate 2 60";

export interface WatchedNeeds {
  readonly katgate: Katgate;
  readonly sensors: Sensors;
  /** Whether the newest readings of a sensor come in another way, too. */
  readonly isInView: (device: string, name: string) => boolean;
}

export class Watched {
  /** A name or a glob. */
  readonly device: Signal<string | null> = signal(null);
  readonly state: Signal<WishState> = signal({ kind: "waiting" });
  /** Since when nothing is kept up to date, on katgate's clock; null: all is live. */
  readonly oldSince: Signal<number | null> = signal(null);
  readonly #needs: WatchedNeeds;
  readonly #onGap: () => void;
  readonly #onConflated: (count: number) => void;
  #subscription: Subscription | null = null;
  #following: Subscription | null = null;

  constructor(needs: WatchedNeeds, onGap: () => void, onConflated: (count: number) => void) {
    this.#needs = needs;
    this.#onGap = onGap;
    this.#onConflated = onConflated;
  }

  /** Take another device, or none. The readings of the one before are forgotten. */
  select(device: string | null): void {
    if (device === this.device.value) return;
    this.#subscription?.end();
    this.#subscription = null;
    this.follow(false);
    this.device.value = device;
    this.oldSince.value = null;
    this.state.value = { kind: "waiting" };
    this.#needs.sensors.clear();
    if (device !== null) this.#subscribe(device);
  }

  /** Whether the values of all are needed, now and then: the table is sorted by them. */
  follow(isNeeded: boolean): void {
    this.#following?.end();
    this.#following = null;
    const device = this.device.value;
    if (!isNeeded || device === null) return;
    const { katgate } = this.#needs;
    this.#following = katgate.subscribe(
      { device, sensors: ["*"], strategy: FOLLOWED },
      {
        onReadings: (readings, isSnapshot) => this.#apply(readings, isSnapshot),
      },
    );
  }

  /** There is no session any more; what is shown was current at `since`. */
  onLost(since: number): void {
    if (this.#needs.sensors.size > 0) this.oldSince.value ??= since;
  }

  #subscribe(device: string): void {
    const { katgate, sensors } = this.#needs;
    this.#subscription = katgate.subscribe(
      { device, sensors: ["*"], strategy: "status" },
      {
        onSensors: (list) => sensors.setList(list),
        onSensorsChange: (added, removed) => sensors.change(added, removed),
        onReadings: (readings, isSnapshot) => this.#apply(readings, isSnapshot),
        onState: (state) => {
          this.state.value = state;
          if (state.kind === "live") this.oldSince.value = null;
        },
        onGap: () => {
          this.oldSince.value ??= katgate.time.now();
          this.#onGap();
        },
        onConflated: this.#onConflated,
      },
    );
  }

  #apply(readings: ReadingsByDevice, isSnapshot: boolean): void {
    const { katgate, sensors, isInView } = this.#needs;
    const now = katgate.time.now();
    for (const [device, rows] of readings) {
      const isCurrent = (name: string) => isInView(device, name);
      if (isSnapshot) sensors.applySnapshot(device, rows, isCurrent);
      else sensors.applyUpdates(device, rows, now, isCurrent);
    }
  }
}
