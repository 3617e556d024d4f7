/**
 * The sensors of the selected device and the newest reading of each.
 *
 * Plain arrays by sensor index, no object or signal per sensor: thousands of readings a second
 * cost a few stores each, and the page looks at the arrays once per animation frame. An index
 * stays with its sensor until that is removed; `order` lists the indices by name.
 */
import type { ReadingRow, Sensor, Status, Value } from "../wire";

/** Those an operator is called for; `unknown` and `inactive` are many devices' normal life. */
export const ABNORMAL: readonly Status[] = ["warn", "error", "failure", "unreachable"];

export class Sensors {
  readonly about: Sensor[] = [];
  readonly statuses: Status[] = [];
  readonly values: Value[] = [];
  /** UNIX seconds as the device gave them. */
  readonly timestamps: (number | null)[] = [];
  /** UNIX seconds on katgate's clock. */
  readonly received: (number | null)[] = [];
  /** Rises with every change of what a row shows. */
  readonly revisions: number[] = [];
  /** How often the value has changed in an update, so that the row can flash. */
  readonly changes: number[] = [];
  readonly counts: Record<Status, number> = noCounts();
  order: readonly number[] = [];
  /** Rises when sensors join or leave. */
  listRevision = 0;
  readonly #index = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #onDirty: () => void;

  /** `onDirty` hears of every change; it should only take note and look later. */
  constructor(onDirty: () => void) {
    this.#onDirty = onDirty;
  }

  get size(): number {
    return this.order.length;
  }

  get abnormal(): number {
    return ABNORMAL.reduce((sum, status) => sum + this.counts[status], 0);
  }

  clear(): void {
    this.setList([]);
  }

  /** These are all: forget others, keep the last readings of those that stay. */
  setList(sensors: readonly Sensor[]): void {
    const staying = new Set(sensors.map((sensor) => sensor.name));
    this.remove([...this.#index.keys()].filter((name) => !staying.has(name)));
    this.add(sensors);
  }

  add(sensors: readonly Sensor[]): void {
    const added = sensors.flatMap((sensor) => this.#put(sensor) ?? []);
    // Nearly sorted already where few are added: that costs the sort little.
    if (added.length > 0) this.#setOrder([...this.order, ...added].sort(this.#byName));
    this.#onDirty();
  }

  remove(names: readonly string[]): void {
    const gone = new Set(names.flatMap((name) => this.#drop(name) ?? []));
    if (gone.size > 0) this.#setOrder(this.order.filter((index) => !gone.has(index)));
    this.#onDirty();
  }

  /** Take over the rows of a snapshot: present readings, none of which is news. */
  applySnapshot(rows: readonly ReadingRow[]): void {
    for (const row of rows) {
      const index = this.#index.get(row.sensor);
      if (index !== undefined) this.#store(index, row, row.received);
    }
    this.#onDirty();
  }

  /** Take over updates, oldest first, that came in at `now` on katgate's clock. */
  applyUpdates(rows: readonly ReadingRow[], now: number): void {
    for (const row of rows) {
      const index = this.#index.get(row.sensor);
      if (index === undefined) continue;
      if (!isSame(this.values[index], row.value)) this.#bump(this.changes, index);
      this.#store(index, row, this.#isOnlyLost(index, row) ? this.#receivedAt(index) : now);
    }
    this.#onDirty();
  }

  indexOf(name: string): number | null {
    return this.#index.get(name) ?? null;
  }

  /** That katgate lost the device is no reading: its age goes on. */
  #isOnlyLost(index: number, row: ReadingRow): boolean {
    return row.status === "unreachable" && row.timestamp === this.timestamps[index];
  }

  #receivedAt(index: number): number | null {
    return this.received[index] ?? null;
  }

  #store(index: number, row: ReadingRow, received: number | null): void {
    const before = this.statuses[index];
    if (before !== undefined) this.counts[before] -= 1;
    this.counts[row.status] += 1;
    this.statuses[index] = row.status;
    this.values[index] = row.value;
    this.timestamps[index] = row.timestamp;
    this.received[index] = received;
    this.#bump(this.revisions, index);
  }

  /** Its index if it is new, else null. */
  #put(sensor: Sensor): number | null {
    const known = this.#index.get(sensor.name);
    const index = known ?? this.#free.pop() ?? this.about.length;
    this.about[index] = sensor;
    this.#bump(this.revisions, index);
    if (known !== undefined) return null;
    this.#index.set(sensor.name, index);
    this.counts.unknown += 1;
    this.statuses[index] = "unknown";
    this.values[index] = null;
    this.timestamps[index] = null;
    this.received[index] = null;
    this.changes[index] = 0;
    return index;
  }

  /** The index it had, or null. */
  #drop(name: string): number | null {
    const index = this.#index.get(name);
    if (index === undefined) return null;
    this.counts[this.statuses[index] ?? "unknown"] -= 1;
    this.#index.delete(name);
    this.#free.push(index);
    return index;
  }

  #bump(numbers: number[], index: number): void {
    numbers[index] = (numbers[index] ?? 0) + 1;
  }

  #setOrder(order: readonly number[]): void {
    this.order = order;
    this.listRevision += 1;
  }

  readonly #byName = (one: number, other: number): number =>
    compareNames(this.about[one]?.name ?? "", this.about[other]?.name ?? "");
}

/** Numbers inside names count: `ant2` comes before `ant10`. */
const compareNames = new Intl.Collator("en", { numeric: true }).compare;

function isSame(one: Value | undefined, other: Value): boolean {
  if (one && typeof one === "object" && other && typeof other === "object") {
    // What was left out may have changed.
    return "base64" in one && "base64" in other && one.base64 === other.base64;
  }
  return one === other;
}

function noCounts(): Record<Status, number> {
  return {
    unknown: 0,
    nominal: 0,
    warn: 0,
    error: 0,
    failure: 0,
    unreachable: 0,
    inactive: 0,
  };
}
