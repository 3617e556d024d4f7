/**
 * All sensors of one device, kept up to date: the selected one, or none.
 *
 *     idle --ask--> asked --result--> filling --last page--> live
 *       ^             ^---------------- gap ------------------/
 *       \---- session lost, other device selected ----  (from everywhere)
 *
 * The readings outlive the session, as old ones: `oldSince` says since when.
 */
import { type Signal, signal } from "@preact/signals";
import type { ReadingRow, Readings, SensorsChange, SubId } from "../wire";
import type { Clock, ServerTime } from "./clock";
import type { Connection } from "./connection";
import type { Sensors } from "./sensors";

type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "asked" }
  | { readonly kind: "filling"; readonly sub: SubId; readonly seq: number }
  | { readonly kind: "live"; readonly sub: SubId; readonly seq: number }
  | { readonly kind: "failed"; readonly detail: string };

/** A katgate whose counting is broken must not be asked for snapshots without end. */
const PAUSE_BETWEEN_ASKING_S = 1;

export interface Needs {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly time: ServerTime;
  readonly sensors: Sensors;
}

export class Subscription {
  readonly device: Signal<string | null> = signal(null);
  readonly phase: Signal<Phase> = signal({ kind: "idle" });
  /** Since when the readings are not kept up to date, on katgate's clock; null: they are live. */
  readonly oldSince: Signal<number | null> = signal(null);
  /** Readings that were replaced by newer ones on their way, since the device was selected. */
  readonly conflated: Signal<number> = signal(0);
  /** How often frames were missing, since the device was selected. */
  readonly gaps: Signal<number> = signal(0);
  readonly #needs: Needs;
  #turn = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cancelAsking: () => void = () => {};

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Take another device, or none. The readings of the one before are forgotten. */
  select(device: string | null): void {
    if (device === this.device.value) return;
    this.#leave();
    this.device.value = device;
    this.oldSince.value = null;
    this.conflated.value = 0;
    this.gaps.value = 0;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#needs.sensors.clear();
    this.#ask();
  }

  /** There is a session with katgate, and it knows the device. */
  onSession(): void {
    if (this.phase.value.kind === "idle" || this.phase.value.kind === "failed") this.#ask();
  }

  /** There is no session any more; what is shown was current at `since`. */
  onLost(since: number): void {
    this.#cancelAsking();
    this.#turn += 1;
    if (this.#needs.sensors.size > 0) this.oldSince.value ??= since;
    this.phase.value = { kind: "idle" };
  }

  onReadings(frame: Readings): void {
    const phase = this.phase.value;
    if (phase.kind !== "filling" && phase.kind !== "live") return;
    if (frame.sub !== phase.sub) return; // late, of the device selected before
    const rows = frame.devices.get(this.device.value ?? "") ?? [];
    if (frame.isSnapshot) return this.#fill(frame, rows);
    if (phase.kind === "filling" || frame.seq === null || frame.from !== phase.seq + 1) {
      return this.#missed();
    }
    this.conflated.value += frame.conflated;
    this.#needs.sensors.applyUpdates(rows, this.#needs.time.now());
    this.phase.value = { kind: "live", sub: phase.sub, seq: frame.seq };
  }

  onSensors(change: SensorsChange): void {
    const phase = this.phase.value;
    if (phase.kind !== "filling" && phase.kind !== "live") return;
    if (change.sub !== phase.sub) return;
    const isOurs = (device: string) => device === this.device.value;
    const removed = change.removed.filter(([device]) => isOurs(device));
    this.#needs.sensors.remove(removed.map(([, sensor]) => sensor));
    this.#needs.sensors.add(change.added.filter((sensor) => isOurs(sensor.device)));
  }

  #fill(frame: Readings, rows: readonly ReadingRow[]): void {
    const phase = this.phase.value;
    if (phase.kind !== "filling" && phase.kind !== "live") return;
    this.#needs.sensors.applySnapshot(rows);
    if (frame.hasMore) return;
    this.phase.value = { kind: "live", sub: phase.sub, seq: frame.seq ?? phase.seq };
    this.oldSince.value = null;
  }

  #missed(): void {
    this.gaps.value += 1;
    this.oldSince.value = this.#needs.time.now();
    const sinceAsked_s = this.#needs.clock.now() - this.#askedAt;
    this.phase.value = { kind: "asked" };
    if (sinceAsked_s >= PAUSE_BETWEEN_ASKING_S) return this.#ask();
    this.#cancelAsking = this.#needs.clock.after(PAUSE_BETWEEN_ASKING_S - sinceAsked_s, () =>
      this.#ask(),
    );
  }

  /** Without a session this changes nothing: `onSession` comes here again. */
  #ask(): void {
    const device = this.device.value;
    const { connection, clock, sensors } = this.#needs;
    if (device === null || connection.state.value.kind !== "connected") return;
    this.#turn += 1;
    const turn = this.#turn;
    this.#askedAt = clock.now();
    this.phase.value = { kind: "asked" };
    connection.call("sensors.subscribe", { device, sensors: ["*"] }, (answer) => {
      if (turn !== this.#turn) {
        if (answer.ok) this.#unwanted(device, answer.result.sub);
        return;
      }
      if (!answer.ok) {
        this.phase.value = { kind: "failed", detail: answer.problem.detail };
        return;
      }
      sensors.setList(answer.result.sensors);
      this.phase.value = { kind: "filling", sub: answer.result.sub, seq: answer.result.seq };
    });
  }

  /**
   * An answer that came too late. If the same device is wanted again, it has been asked for
   * again, and katgate gives the same wish the same `sub`: ending it would end the new one.
   */
  #unwanted(device: string, sub: SubId): void {
    if (device === this.device.value) return;
    this.#needs.connection.call("unsubscribe", { sub }, () => {});
  }

  #leave(): void {
    this.#cancelAsking();
    this.#turn += 1;
    const phase = this.phase.value;
    this.phase.value = { kind: "idle" };
    if (phase.kind !== "filling" && phase.kind !== "live") return;
    this.#needs.connection.call("unsubscribe", { sub: phase.sub }, () => {});
  }
}
