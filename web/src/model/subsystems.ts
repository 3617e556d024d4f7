/**
 * The tree that KATCP's dots make of a device's sensors, and how each branch is.
 *
 * Only what has several sensors below it is a subsystem: `f07` of `f07.temp` and `f07.power`.
 */
import type { Status } from "../wire";
import { ABNORMAL, compareNames, type SensorsView } from "./sensors";

export interface Subsystem {
  /** The last word of `path`. */
  readonly name: string;
  /** What the names of its sensors begin with, without the dot behind. */
  readonly path: string;
  readonly sensors: number;
  readonly abnormal: number;
  /** Of its sensors; null where none is abnormal. */
  readonly worst: Status | null;
  readonly children: readonly Subsystem[];
}

interface Branch {
  readonly path: string;
  sensors: number;
  readonly counts: Map<Status, number>;
  readonly children: Map<string, Branch>;
}

/** The subsystems of one device, by name. */
export function subsystemsOf(sensors: SensorsView, device: string): readonly Subsystem[] {
  const root: Branch = newBranch("");
  for (const index of sensors.order) {
    const sensor = sensors.about[index];
    if (sensor?.device === device) grow(root, sensor.name, sensors.statuses[index] ?? "unknown");
  }
  return shownOf(root);
}

export interface RollUp {
  readonly abnormal: number;
  /** The most urgent of the statuses that call for somebody, or null. */
  readonly worst: Status | null;
}

/** What many statuses come to. */
export function rollUp(counts: Readonly<Partial<Record<Status, number>>>): RollUp {
  const abnormal = ABNORMAL.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  return { abnormal, worst: ABNORMAL.find((status) => (counts[status] ?? 0) > 0) ?? null };
}

function grow(root: Branch, name: string, status: Status): void {
  let branch = root;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const path = name.slice(0, dot);
    const next = branch.children.get(path) ?? newBranch(path);
    branch.children.set(path, next);
    branch = next;
    branch.sensors += 1;
    branch.counts.set(status, (branch.counts.get(status) ?? 0) + 1);
  }
}

function newBranch(path: string): Branch {
  return { path, sensors: 0, counts: new Map(), children: new Map() };
}

function shownOf(branch: Branch): readonly Subsystem[] {
  return [...branch.children.values()]
    .filter((child) => child.sensors > 1)
    .sort((a, b) => compareNames(a.path, b.path))
    .map((child) => ({
      name: child.path.slice(branch.path === "" ? 0 : branch.path.length + 1),
      path: child.path,
      sensors: child.sensors,
      ...rollUp(Object.fromEntries(child.counts)),
      children: shownOf(child),
    }));
}
