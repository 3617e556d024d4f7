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
import type {
  Answer,
  Problem,
  ReadingRow,
  Readings,
  Sensor,
  SensorsChange,
  Since,
  SubId,
} from "../wire";
import type { Clock } from "./clock";
import type { HeldSubs, Hold, Subscribed } from "./held_subs";

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
  /** These are all the sensors that are meant: at first, and whenever katgate tells all again. */
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
  readonly #subs: HeldSubs;
  readonly #clock: Clock;
  readonly #selection: SensorSelection;
  /** Nobody, once it has ended: also where it ends while something is told. */
  #listener: WishListener;
  #state: WishState = { kind: "waiting" };
  #hold: Hold | null = null;
  /** Null: what comes is of no use, until the next answer. */
  #since: Since | null = null;
  /** What a result in several pages has brought so far. */
  #pages: Sensor[] | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cancelAsking: () => void = () => {};

  constructor(subs: HeldSubs, clock: Clock, selection: SensorSelection, listener: WishListener) {
    this.#subs = subs;
    this.#clock = clock;
    this.#selection = selection;
    this.#listener = listener;
  }

  get sub(): SubId | null {
    return this.#hold?.sub ?? null;
  }

  /** There is a session now. */
  ask(): void {
    this.#cancelAsking();
    this.#askedAt = this.#clock.now();
    this.#pages = null;
    this.#enter({ kind: "asked" });
    if (this.#state.kind !== "asked") return; // it was ended when it told so
    const since = this.#since;
    const params = { ...this.#selection, ...(since && { since }) };
    const before = this.#hold;
    this.#hold = this.#subs.ask("sensors.subscribe", params, (answer) => this.#answered(answer));
    before?.end();
  }

  /** There is no session any more; what was heard stays, as old. */
  lost(): void {
    this.#cancelAsking();
    this.#hold = null;
    // A snapshot that was cut has no number to go on from.
    if (this.#state.kind === "filling") this.#since = null;
    this.#enter({ kind: "waiting" });
  }

  /** Nothing is heard any more. */
  end(): void {
    this.#cancelAsking();
    this.#hold?.end();
    this.#enter({ kind: "ended" });
    this.#listener = {};
  }

  /** Who asked for the same was answered: a snapshot of everything comes, here as there. */
  onBegun({ sensors, hasMore }: Subscribed): void {
    if (this.#since !== null) this.#list(sensors, hasMore);
  }

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
    if (this.#since === null) return;
    if (this.#pages === null) this.#listener.onSensorsChange?.(added, removed);
    else this.#pages.push(...added); // none is removed: the pages are all of one moment
  }

  #answered(answer: Answer<"sensors.subscribe">): void {
    if (!answer.ok) return this.#enter({ kind: "failed", problem: answer.problem });
    const { epoch, seq, sensors, hasMore, isResumed } = answer.result;
    this.#since = { epoch, seq };
    // The other pages come, but nothing says which is the last. What went is told again.
    if (isResumed && hasMore) this.#listener.onSensorsChange?.(sensors, []);
    else this.#list(sensors, hasMore);
    this.#enter({ kind: isResumed ? "live" : "filling" });
  }

  #list(sensors: readonly Sensor[], hasMore: boolean): void {
    this.#pages = hasMore ? [...sensors] : null;
    if (!hasMore) this.#listener.onSensors?.(sensors);
  }

  /** The list is whole when the first readings come. */
  #tellPages(): void {
    if (this.#pages === null) return;
    const pages = this.#pages;
    this.#pages = null;
    this.#listener.onSensors?.(pages);
  }

  #fill(frame: Readings): void {
    this.#listener.onReadings?.(frame.devices, true);
    if (frame.hasMore || this.#since === null) return;
    this.#since = { epoch: this.#since.epoch, seq: frame.seq ?? this.#since.seq };
    if (this.#state.kind !== "live") this.#enter({ kind: "live" });
  }

  #missed(): void {
    this.#since = null;
    this.#pages = null;
    this.#listener.onGap?.();
    if (this.#state.kind === "ended") return;
    const wait_s = PAUSE_BETWEEN_ASKING_S - (this.#clock.now() - this.#askedAt);
    if (wait_s <= 0) return this.ask();
    this.#enter({ kind: "asked" });
    this.#cancelAsking = this.#clock.after(wait_s, () => this.ask());
  }

  #enter(state: WishState): void {
    if (this.#state.kind === "ended") return;
    this.#state = state;
    this.#listener.onState?.(state);
  }
}
