/**
 * The sensors of the selected devices and the newest reading of each.
 *
 * Plain arrays by sensor index, no object or signal per sensor: thousands of readings a second
 * cost a few stores each, and the page looks at the arrays once per animation frame. An index
 * stays with its sensor until that is removed; `order` lists the indices by device and name.
 */
import type { ReadingRow, Sensor, SensorsChange, Status, Value } from "../../wire";

/** Those an operator is called for; `unknown` and `inactive` are many devices' normal life. */
export const ABNORMAL: readonly Status[] = ["failure", "error", "unreachable", "warn"];

/** What a table shows of the sensors, now or as they were when it was paused. */
export interface SensorsView {
  readonly about: readonly Sensor[];
  readonly statuses: readonly Status[];
  readonly values: readonly Value[];
  /** UNIX seconds as the device gave them. */
  readonly timestamps: readonly (number | null)[];
  /** UNIX seconds on katgate's clock. */
  readonly received: readonly (number | null)[];
  /** Rises with every change of what a row shows. */
  readonly revisions: readonly number[];
  /** How often the value has changed in an update, so that the row can flash. */
  readonly changes: readonly number[];
  readonly order: readonly number[];
  /** Rises when sensors join or leave. */
  readonly listRevision: number;
  /** Rises when the status of a sensor changes. */
  readonly statusRevision: number;
}

export class Sensors implements SensorsView {
  readonly about: Sensor[] = [];
  readonly statuses: Status[] = [];
  readonly values: Value[] = [];
  readonly timestamps: (number | null)[] = [];
  readonly received: (number | null)[] = [];
  readonly revisions: number[] = [];
  readonly changes: number[] = [];
  readonly counts: Record<Status, number> = noCounts();
  order: readonly number[] = [];
  listRevision = 0;
  statusRevision = 0;
  readonly #index = new Map<string, Map<string, number>>();
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

  /** All as it is now, to be looked at while new readings come in. */
  frozen(): SensorsView {
    return {
      about: [...this.about],
      statuses: [...this.statuses],
      values: [...this.values],
      timestamps: [...this.timestamps],
      received: [...this.received],
      revisions: [...this.revisions],
      changes: [...this.changes],
      order: this.order,
      listRevision: this.listRevision,
      statusRevision: this.statusRevision,
    };
  }

  /** These are all: forget others, keep the last readings of those that stay. */
  setList(sensors: readonly Sensor[]): void {
    const staying = new Map<string, Set<string>>();
    for (const { device, name } of sensors) {
      const names = staying.get(device) ?? new Set();
      staying.set(device, names.add(name));
    }
    const gone = this.order
      .map((index) => this.about[index])
      .filter((sensor) => sensor !== undefined)
      .filter(({ device, name }) => !staying.get(device)?.has(name));
    this.change(
      sensors,
      gone.map(({ device, name }) => [device, name]),
    );
  }

  /** `removed`: `[device, sensor]`s. One that is in both is a new one of the same name. */
  change(added: readonly Sensor[], removed: SensorsChange["removed"]): void {
    const gone = new Set(removed.flatMap(([device, name]) => this.#drop(device, name) ?? []));
    const fresh = added.flatMap((sensor) => this.#put(sensor) ?? []);
    if (gone.size > 0 || fresh.length > 0) {
      const kept = gone.size > 0 ? this.order.filter((index) => !gone.has(index)) : this.order;
      // Nearly sorted already where few are added: that costs the sort little.
      this.order = fresh.length > 0 ? [...kept, ...fresh].sort(this.#byName) : kept;
    }
    if (gone.size > 0 || added.length > 0) this.listRevision += 1;
    this.#onDirty();
  }

  /**
   * Take over the rows of a snapshot: present readings, none of which is news.
   *
   * All its pages are of one moment, so that of a large one the last pages are old when they come:
   * `isCurrent` says of a sensor that what is known of it may be newer.
   */
  applySnapshot(
    device: string,
    rows: readonly ReadingRow[],
    isCurrent: (name: string) => boolean = () => false,
  ): void {
    const indices = this.#index.get(device);
    for (const row of rows) {
      const index = indices?.get(row.sensor);
      if (index === undefined || this.#isOlder(index, row, isCurrent)) continue;
      this.#store(index, row, row.received);
    }
    this.#onDirty();
  }

  /**
   * Take over updates, oldest first, that came in at `now` on katgate's clock.
   *
   * `isCurrent` says of a sensor that what is known of it may be newer than these updates.
   */
  applyUpdates(
    device: string,
    rows: readonly ReadingRow[],
    now: number,
    isCurrent: (name: string) => boolean = () => false,
  ): void {
    const indices = this.#index.get(device);
    for (const row of rows) {
      const index = indices?.get(row.sensor);
      if (index === undefined) continue;
      if (this.#isOlder(index, row, isCurrent)) continue;
      if (!isSame(this.values[index], row.value)) this.#bump(this.changes, index);
      this.#store(index, row, this.#isOnlyLost(index, row) ? this.#receivedAt(index) : now);
    }
    this.#onDirty();
  }

  indexOf(device: string, name: string): number | null {
    return this.#index.get(device)?.get(name) ?? null;
  }

  #isOlder(index: number, row: ReadingRow, isCurrent: (name: string) => boolean): boolean {
    return (row.timestamp ?? 0) < (this.timestamps[index] ?? 0) && isCurrent(row.sensor);
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
    if (before !== row.status) {
      if (before !== undefined) this.counts[before] -= 1;
      this.counts[row.status] += 1;
      this.statuses[index] = row.status;
      this.statusRevision += 1;
    }
    this.values[index] = row.value;
    this.timestamps[index] = row.timestamp;
    this.received[index] = received;
    this.#bump(this.revisions, index);
  }

  /** Its index if it is new, else null. */
  #put(sensor: Sensor): number | null {
    const names = this.#index.get(sensor.device) ?? new Map<string, number>();
    this.#index.set(sensor.device, names);
    const known = names.get(sensor.name);
    const index = known ?? this.#free.pop() ?? this.about.length;
    this.about[index] = sensor;
    this.#bump(this.revisions, index);
    if (known !== undefined) return null;
    names.set(sensor.name, index);
    this.counts.unknown += 1;
    this.statuses[index] = "unknown";
    this.values[index] = null;
    this.timestamps[index] = null;
    this.received[index] = null;
    this.changes[index] = 0;
    return index;
  }

  /** The index it had, or null. */
  #drop(device: string, name: string): number | null {
    const index = this.#index.get(device)?.get(name);
    if (index === undefined) return null;
    this.counts[this.statuses[index] ?? "unknown"] -= 1;
    this.#index.get(device)?.delete(name);
    this.#free.push(index);
    return index;
  }

  #bump(numbers: number[], index: number): void {
    numbers[index] = (numbers[index] ?? 0) + 1;
  }

  readonly #byName = (one: number, other: number): number => {
    const [a, b] = [this.about[one], this.about[other]];
    if (a === undefined || b === undefined) return 0;
    return compareNames(a.device, b.device) || compareNames(a.name, b.name);
  };
}

/** Numbers inside names count: `ant2` comes before `ant10`. */
export const compareNames = new Intl.Collator("en", { numeric: true }).compare;

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
