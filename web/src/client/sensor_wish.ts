/**
 * Readings of some sensors, kept up to date over lost sessions, gaps and restarts of katgate.
 *
 *     waiting --session--> asked --result--> filling --last page--> live
 *        ^                   ^  \--result, resumed----------------->/ |
 *        |                   \------------- gap ---------------------/
 *        \---- session lost ---- (from everywhere but ended)
 *
 * After a lost session it asks for what came since the last frame it saw, and gets either that
 * or a new snapshot. `failed` is katgate's no; it is asked again in the next session.
 */
import type { Problem, ReadingRow, Readings, Sensor, SensorsChange, Since, SubId } from "../wire";
import type { Clock } from "./clock";
import type { Connection } from "./connection";

export interface SensorSelection {
  /** A name or a glob. */
  readonly device: string;
  /** Names, globs and `/regex/`es. */
  readonly sensors: readonly string[];
  /** `event` if none is given. */
  readonly strategy?: string;
}

export type WishState =
  | { readonly kind: "waiting" }
  | { readonly kind: "asked" }
  | { readonly kind: "filling" }
  | { readonly kind: "live" }
  | { readonly kind: "failed"; readonly problem: Problem }
  | { readonly kind: "ended" };

export type ReadingsByDevice = ReadonlyMap<string, readonly ReadingRow[]>;

export interface WishListener {
  /** These are all the sensors that are meant: at first, and whenever it had to ask again. */
  onSensors?(sensors: readonly Sensor[]): void;
  /** Some joined, `[device, sensor]`s left. */
  onSensorsChange?(added: readonly Sensor[], removed: SensorsChange["removed"]): void;
  /** Oldest first. Those of a snapshot are present ones, no news, and know when they came in. */
  onReadings?(readings: ReadingsByDevice, isSnapshot: boolean): void;
  onState?(state: WishState): void;
  /** Frames were missing: everything is asked for anew. */
  onGap?(): void;
  /** So many readings were replaced by newer ones on their way to this browser. */
  onConflated?(count: number): void;
}

/** A katgate whose counting is broken must not be asked for snapshots without end. */
const PAUSE_BETWEEN_ASKING_S = 1;

export class SensorWish {
  readonly selection: SensorSelection;
  /** Equal for equal wishes: katgate takes those for one subscription. */
  readonly key: string;
  sub: SubId | null = null;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #listener: WishListener;
  #state: WishState = { kind: "waiting" };
  #since: Since | null = null;
  /** What a result in several pages has brought so far. */
  #pages: Sensor[] | null = null;
  #turn = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cancelAsking: () => void = () => {};

  constructor(
    connection: Connection,
    clock: Clock,
    selection: SensorSelection,
    listener: WishListener,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.selection = selection;
    this.key = JSON.stringify([
      selection.device,
      [...new Set(selection.sensors)].sort(),
      selection.strategy ?? "event",
    ]);
    this.#listener = listener;
  }

  get state(): WishState {
    return this.#state;
  }

  /** There is a session now. */
  ask(): void {
    this.#cancelAsking();
    this.#turn += 1;
    const turn = this.#turn;
    this.#askedAt = this.#clock.now();
    this.sub = null;
    this.#pages = null;
    this.#enter({ kind: "asked" });
    const since = this.#since;
    this.#connection.call(
      "sensors.subscribe",
      { ...this.selection, ...(since && { since }) },
      {
        answer: (answer) => {
          if (turn !== this.#turn) {
            if (answer.ok) this.onLateAnswer(answer.result.sub);
            return;
          }
          if (!answer.ok) return this.#enter({ kind: "failed", problem: answer.problem });
          const { sub, epoch, seq, sensors, hasMore, isResumed } = answer.result;
          this.sub = sub;
          this.#since = { epoch, seq };
          if (hasMore) this.#pages = [...sensors];
          else this.#listener.onSensors?.(sensors);
          this.#enter({ kind: isResumed ? "live" : "filling" });
        },
      },
    );
  }

  /** There is no session any more; what was heard stays, as old. */
  lost(): void {
    this.#cancelAsking();
    this.#turn += 1;
    this.sub = null;
    // A snapshot that was cut has no number to go on from.
    if (this.#state.kind === "filling") this.#since = null;
    this.#enter({ kind: "waiting" });
  }

  /** Nothing is heard any more. Whether katgate must be told is the caller's to know. */
  end(): void {
    this.#cancelAsking();
    this.#turn += 1;
    this.#enter({ kind: "ended" });
  }

  /** The answer to a call that is not wanted any more. */
  onLateAnswer: (sub: SubId) => void = () => {};

  onReadings(frame: Readings): void {
    if (this.#since === null) return;
    this.#tellPages();
    if (frame.isSnapshot) return this.#fill(frame);
    if (this.#state.kind !== "live" || frame.seq === null || frame.from !== this.#since.seq + 1) {
      return this.#missed();
    }
    this.#since = { epoch: this.#since.epoch, seq: frame.seq };
    if (frame.conflated > 0) this.#listener.onConflated?.(frame.conflated);
    this.#listener.onReadings?.(frame.devices, false);
  }

  onSensorsChange({ added, removed }: SensorsChange): void {
    if (this.#pages === null) this.#listener.onSensorsChange?.(added, removed);
    else this.#pages.push(...added);
  }

  /** The list is whole when the first readings come. */
  #tellPages(): void {
    if (this.#pages === null) return;
    this.#listener.onSensors?.(this.#pages);
    this.#pages = null;
  }

  #fill(frame: Readings): void {
    this.#listener.onReadings?.(frame.devices, true);
    if (frame.hasMore || this.#since === null) return;
    this.#since = { epoch: this.#since.epoch, seq: frame.seq ?? this.#since.seq };
    if (this.#state.kind !== "live") this.#enter({ kind: "live" });
  }

  #missed(): void {
    this.#turn += 1;
    this.#since = null;
    this.sub = null;
    this.#listener.onGap?.();
    const wait_s = PAUSE_BETWEEN_ASKING_S - (this.#clock.now() - this.#askedAt);
    if (wait_s <= 0) return this.ask();
    this.#enter({ kind: "asked" });
    this.#cancelAsking = this.#clock.after(wait_s, () => this.ask());
  }

  #enter(state: WishState): void {
    this.#state = state;
    this.#listener.onState?.(state);
  }
}
