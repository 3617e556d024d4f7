/**
 * The newest informs of a device or of all, in a ring; `shown` are those the filter lets through.
 *
 * While paused the rows stand still: what comes in waits apart, in a ring of the same size, and
 * what that cannot hold is counted. Rows are tested once, when they come in or the filter changes.
 */
import { type Signal, signal } from "@preact/signals";
import type { Inform } from "../../wire";
import { type LogFilter, logTest, NO_FILTER } from "./log_filter";
import { type GapRow, informRow, type LogRow } from "./log_row";

const MOST_ROWS = 2000;
/** Taken off together, so that it is not done for each row. */
const SPARE_ROWS = 200;

export class Log {
  readonly isPaused: Signal<boolean> = signal(false);
  readonly filter: Signal<LogFilter> = signal(NO_FILTER);
  readonly #onDirty: () => void;
  #rows: LogRow[] = [];
  #shown: LogRow[] = [];
  #waiting: LogRow[] = [];
  /** Informs that waited for the end of the pause and were too many, and the last one's key. */
  #overrun = 0;
  #overrunKey = 0;
  #lastKey = 0;
  #test = logTest(NO_FILTER);

  /** `onDirty` hears of every change; it should only take note and look later. */
  constructor(onDirty: () => void) {
    this.#onDirty = onDirty;
  }

  /** Oldest first. */
  get shown(): readonly LogRow[] {
    return this.#shown;
  }

  /** Rows in all, shown or not. */
  get size(): number {
    return this.#rows.length;
  }

  /** What came in since the pause began. */
  get waiting(): number {
    return this.#waiting.length + this.#overrun;
  }

  /** `dropped` informs are missing before these: katgate had no room for them. */
  add(informs: readonly Inform[], dropped: number): void {
    const rows: LogRow[] = dropped > 0 ? [this.#gap(dropped, "katgate")] : [];
    for (const heard of informs) rows.push(informRow(heard, this.#nextKey()));
    this.#take(rows);
  }

  /** The connection was lost, and what came meanwhile is not known. */
  missed(): void {
    this.#take([this.#gap(0, "away")]);
  }

  pause(): void {
    this.isPaused.value = true;
  }

  follow(): void {
    if (!this.isPaused.value) return;
    this.isPaused.value = false;
    // There must be room for the line that says what is missing.
    if (this.#overrun > 0)
      this.#overran(this.#waiting.splice(0, this.#waiting.length - MOST_ROWS + 1));
    const waited: LogRow[] = [...this.#waiting];
    // Keys rise from row to row: by them rows that have left the ring are not shown any more.
    if (this.#overrun > 0) {
      waited.unshift({ kind: "gap", key: this.#overrunKey, count: this.#overrun, by: "page" });
    }
    this.#waiting = [];
    this.#overrun = 0;
    this.#take(waited);
  }

  setFilter(filter: LogFilter): void {
    this.filter.value = filter;
    this.#test = logTest(filter);
    this.#shown = this.#rows.filter((row) => this.#isShown(row));
    this.#onDirty();
  }

  clear(): void {
    this.#rows = [];
    this.#shown = [];
    this.#waiting = [];
    this.#overrun = 0;
    this.#onDirty();
  }

  #take(rows: readonly LogRow[]): void {
    if (this.isPaused.value) {
      this.#waiting.push(...rows);
      this.#overran(trimmed(this.#waiting));
    } else {
      this.#rows.push(...rows);
      for (const row of rows) if (this.#isShown(row)) this.#shown.push(row);
      if (trimmed(this.#rows).length > 0) this.#dropHidden();
    }
    this.#onDirty();
  }

  #overran(rows: readonly LogRow[]): void {
    this.#overrun += countOf(rows);
    this.#overrunKey = rows.at(-1)?.key ?? this.#overrunKey;
  }

  /** Rows that left the ring are not shown any more. */
  #dropHidden(): void {
    const oldest = this.#rows[0]?.key ?? 0;
    const start = this.#shown.findIndex((row) => row.key >= oldest);
    this.#shown.splice(0, start < 0 ? this.#shown.length : start);
  }

  #isShown(row: LogRow): boolean {
    return row.kind === "gap" || this.#test(row);
  }

  #gap(count: number, by: GapRow["by"]): GapRow {
    return { kind: "gap", key: this.#nextKey(), count, by };
  }

  #nextKey(): number {
    this.#lastKey += 1;
    return this.#lastKey;
  }
}

/** Takes the oldest off a list that is too long; returns them. */
function trimmed(rows: LogRow[]): readonly LogRow[] {
  return rows.length > MOST_ROWS + SPARE_ROWS ? rows.splice(0, rows.length - MOST_ROWS) : [];
}

/** A gap that is dropped was so many informs. */
function countOf(rows: readonly LogRow[]): number {
  return rows.reduce((count, row) => count + (row.kind === "gap" ? row.count : 1), 0);
}
