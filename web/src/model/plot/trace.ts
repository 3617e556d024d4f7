/**
 * The history of one sensor since the page was opened: in typed arrays, bounded, gaps as gaps.
 *
 * A point's value is a number, or what the kind of trace makes of a value (`encode`); NaN is a
 * gap, where the line ends. At the end may stand *provisional* points, taken back by the next
 * reading: a sensor that reports only changes is drawn level up to now without being stored so.
 *
 * Times are the device's, UNIX seconds. Katgate's clock (`seenAt`, breaks, holds) comes in only
 * where the device says nothing; where both disagree, the device's order of its readings wins.
 */
import { STATUSES, type Status, type Value } from "../../wire";
import { firstFrom, lastUntil } from "./bins";

/** What a device says beside these is no measurement. */
const NO_VALUE: ReadonlySet<Status> = new Set(["unknown", "failure", "unreachable", "inactive"]);

/** In `statuses`: known to hold at that time, but not a reading of that time. */
const HELD = 0x80;

/** A value that stayed for longer is drawn level, and not as a slope to the next one. */
const LEVEL_AFTER_S = 5;

const FIRST_ROOM = 128;

export interface LastReading {
  readonly timestamp: number;
  readonly value: Value;
  readonly status: Status;
}

export abstract class Trace {
  abstract readonly kind: "number" | "state";
  times = new Float64Array(FIRST_ROOM);
  values = new Float64Array(FIRST_ROOM);
  /** Points in the arrays that count, provisional ones too. */
  size = 0;
  /** Rises with every change. */
  revision = 0;
  /** The newest reading, as it came. */
  last: LastReading | null = null;
  /** When the first reading came in, on katgate's clock; NaN before. */
  since = Number.NaN;
  #statuses = new Uint8Array(FIRST_ROOM);
  #provisional = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What is drawn of a value; NaN: nothing. */
  protected abstract encode(value: Value, timestamp: number): number;
  /** Keep fewer of the points in `[0, end)`, by calling `keepPoint`; the answer is how many. */
  protected abstract thin(end: number): number;
  /** A point was given up. */
  protected onDropped(): void {}

  /**
   * Take note of a reading. Readings may come late (they are put where they belong) or twice
   * (one timestamp has one value, the one that came last).
   *
   * `seenAt` is katgate's time when it came: after a break, a reading that is repeated with its
   * old timestamp starts the line anew there.
   */
  append(timestamp: number, value: Value, status: Status, seenAt = timestamp): void {
    if (!Number.isFinite(timestamp)) return;
    this.revision += 1;
    if (Number.isNaN(this.since)) this.since = seenAt;
    if (this.last === null || timestamp >= this.last.timestamp) {
      this.last = { timestamp, value, status };
    }
    const code =
      NO_VALUE.has(status) || value === null ? Number.NaN : this.encode(value, timestamp);
    const bits = STATUSES.indexOf(status);
    const known = this.#lastValueTime();
    if (timestamp === known && this.#isSameAsLast(code, bits)) return this.holdUntil(seenAt);
    this.#settle(timestamp);
    if (Number.isNaN(code)) {
      if (timestamp < known) return; // it lasted until the next reading, which is here already
      this.#putGap(timestamp > known ? timestamp : Math.max(seenAt, known), bits);
    } else if (!(timestamp <= known)) {
      this.#pushInOrder(timestamp, code, bits);
    } else if (timestamp < known) {
      this.#insert(timestamp, code, bits);
    } else if (this.#isInGap()) {
      this.#pushProvisional(Math.max(seenAt, this.#endTime()), code, bits);
    } else {
      this.#set(this.size - 1, timestamp, code, bits);
    }
  }

  /** From `time` on nobody knows: the connection or the device was lost, or frames are missing. */
  breakHere(time: number): void {
    if (this.size === 0 || this.#isInGap()) return;
    this.revision += 1;
    this.#settle(time, true);
    this.#putGap(Math.max(time, this.#endTime()), STATUSES.indexOf("unreachable"));
  }

  /** The last reading is known to be the present one at `time`: nothing else has come. */
  holdUntil(time: number): void {
    if (this.size === 0 || this.#isInGap() || time <= this.#endTime()) return;
    const code = this.values[this.size - 1] ?? Number.NaN;
    const bits = this.#statuses[this.size - 1] ?? 0;
    if (this.#provisional > 0 && !Number.isNaN(this.values[this.size - 2])) {
      this.#dropProvisional(1); // held before, and no restart
    }
    this.#pushProvisional(time, code, bits);
    this.revision += 1;
  }

  /** The point that is in force at `time`, or -1: none, or a gap. */
  indexAt(time: number): number {
    const index = lastUntil(this.times, this.size, time);
    if (index < 0 || Number.isNaN(this.values[index])) return -1;
    const isPastEnd = index === this.size - 1 && time > this.#endTime();
    return isPastEnd ? -1 : index;
  }

  firstFrom(time: number): number {
    return firstFrom(this.times, this.size, time);
  }

  statusAt(index: number): Status {
    return STATUSES[(this.#statuses[index] ?? 0) & ~HELD] ?? "unknown";
  }

  /** Whether the device said so at that time, and we did not only keep it. */
  isReading(index: number): boolean {
    return ((this.#statuses[index] ?? 0) & HELD) === 0 && !Number.isNaN(this.values[index]);
  }

  /** Let `thin` move a point that stays to the front. */
  protected keepPoint(from: number, to: number): void {
    this.#set(to, this.times[from] ?? 0, this.values[from] ?? 0, this.#statuses[from] ?? 0);
  }

  #isSameAsLast(code: number, status: number): boolean {
    const bits = (this.#statuses[this.size - 1] ?? 0) & ~HELD;
    return this.size > 0 && this.values[this.size - 1] === code && bits === status;
  }

  #pushInOrder(timestamp: number, code: number, bits: number): void {
    // The device's clock is behind ours: what we said goes, only the gap stays.
    let hasGap = false;
    while (this.#endTime() > timestamp && !this.isReading(this.size - 1)) {
      hasGap ||= this.#isInGap();
      this.size -= 1;
    }
    if (hasGap) this.#putGap(this.#endTime(), bits);
    // A state lasts until the next one: saying it again adds nothing.
    if (this.kind === "state" && this.#isSameAsLast(code, bits)) return;
    this.#push(timestamp, code, bits);
  }

  #insert(timestamp: number, code: number, bits: number): void {
    const at = lastUntil(this.times, this.size, timestamp) + 1;
    if (at > 0 && this.times[at - 1] === timestamp && !Number.isNaN(this.values[at - 1])) {
      return this.#set(at - 1, timestamp, code, bits);
    }
    if (at === 0 && this.size >= this.#capacity - 1) return; // older than all of a full trace
    this.#push(0, 0, 0); // makes room, and may thin: the place is looked for after that
    const place = lastUntil(this.times, this.size - 1, timestamp) + 1;
    for (const array of [this.times, this.values, this.#statuses]) {
      array.copyWithin(place + 1, place, this.size - 1);
    }
    this.#set(place, timestamp, code, bits);
  }

  #putGap(time: number, bits: number): void {
    if (this.size === 0 || this.#isInGap()) return;
    this.#push(time, Number.NaN, bits);
  }

  #pushProvisional(time: number, code: number, bits: number): void {
    this.#push(time, code, bits | HELD);
    this.#provisional += 1;
  }

  #push(time: number, code: number, bits: number): void {
    if (this.size >= this.#capacity) this.#thin();
    if (this.size === this.times.length) this.#grow();
    this.#set(this.size, time, code, bits);
    this.size += 1;
  }

  #set(index: number, time: number, code: number, bits: number): void {
    this.times[index] = time;
    this.values[index] = code;
    this.#statuses[index] = bits;
  }

  /** The newer half stays as it is. */
  #thin(): void {
    const end = this.size >> 1;
    let kept = this.thin(end);
    // What was between two gaps may have gone.
    if (Number.isNaN(this.values[end]) && Number.isNaN(this.values[kept - 1])) kept -= 1;
    for (const array of [this.times, this.values, this.#statuses]) {
      array.copyWithin(kept, end, this.size);
    }
    this.size -= end - kept;
    this.onDropped();
  }

  #grow(): void {
    const room = Math.min(this.times.length * 2, this.#capacity + 1);
    this.times = grown(this.times, new Float64Array(room));
    this.values = grown(this.values, new Float64Array(room));
    this.#statuses = grown(this.#statuses, new Uint8Array(room));
  }

  /** Provisional points before `time` become points if they tell something; the others go. */
  #settle(time: number, isBreak = false): void {
    if (this.#provisional === 0) return;
    const from = this.size - this.#provisional;
    const isRestart = Number.isNaN(this.values[from - 1]);
    const stays = (index: number) => isBreak || (this.times[index] ?? 0) < time;
    const base = isRestart ? from : from - 1;
    const isLong = isBreak || this.#endTime() - (this.times[base] ?? 0) > LEVEL_AFTER_S;
    let kept = isRestart && stays(from) ? 1 : 0;
    // A state lasts by itself.
    if (this.kind === "number" && isLong && stays(this.size - 1)) kept = this.#provisional;
    this.#dropProvisional(this.#provisional - kept);
    this.#provisional = 0;
  }

  #dropProvisional(count: number): void {
    this.size -= count;
    this.#provisional -= count;
  }

  #isInGap(): boolean {
    return this.size > 0 && Number.isNaN(this.values[this.size - 1]);
  }

  #endTime(): number {
    return this.size === 0 ? Number.NEGATIVE_INFINITY : (this.times[this.size - 1] ?? 0);
  }

  /** Of the newest real reading that is drawn; NaN if there is none. */
  #lastValueTime(): number {
    for (let index = this.size - 1; index >= 0; index -= 1) {
      if (this.isReading(index)) return this.times[index] ?? Number.NaN;
    }
    return Number.NaN;
  }
}

function grown<T extends Float64Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
