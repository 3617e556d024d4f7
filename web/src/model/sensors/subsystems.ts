/**
 * The tree that KATCP's dots make of a device's sensors, and how each branch is.
 *
 * Only what has several sensors below it is a subsystem: `f07` of `f07.temp` and `f07.power`.
 */
import { STATUSES, type Status } from "../../wire";
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
  readonly parent: Branch | null;
  sensors: number;
  readonly children: Map<string, Branch>;
  /** Of its sensors; made anew at each look. */
  counts: Partial<Record<Status, number>>;
}

interface Tree {
  readonly root: Branch;
  /** Each sensor's index, and the innermost branch it is in. */
  readonly leaves: readonly (readonly [index: number, branch: Branch])[];
}

/** The subsystems of one device, by name. */
export function subsystemsOf(sensors: SensorsView, device: string): readonly Subsystem[] {
  const { root, leaves } = treeOf(sensors, device);
  const stack = [root];
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    branch.counts = {};
    stack.push(...branch.children.values());
  }
  for (const [index, { counts }] of leaves) {
    const status = sensors.statuses[index] ?? "unknown";
    counts[status] = (counts[status] ?? 0) + 1;
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

/**
 * By the list it was made of, which is another one when sensors join or leave: statuses are
 * looked at every second, and taking 50,000 names apart takes 80 ms.
 */
const TREES = new WeakMap<readonly number[], Map<string, Tree>>();

function treeOf(sensors: SensorsView, device: string): Tree {
  const trees = TREES.get(sensors.order) ?? new Map<string, Tree>();
  TREES.set(sensors.order, trees);
  const tree = trees.get(device) ?? grown(sensors, device);
  trees.set(device, tree);
  return tree;
}

function grown(sensors: SensorsView, device: string): Tree {
  const root = newBranch("", null);
  const leaves: [number, Branch][] = [];
  for (const index of sensors.order) {
    const sensor = sensors.about[index];
    if (sensor?.device === device) leaves.push([index, innermost(root, sensor.name)]);
  }
  const shown = leaves.map(([index, branch]) => [index, shownAround(branch)] as const);
  putInOrder(root);
  return { root, leaves: shown };
}

function putInOrder({ children }: Branch): void {
  const inOrder = [...children.values()].sort((a, b) => compareNames(a.path, b.path));
  children.clear();
  for (const child of inOrder) {
    children.set(child.path, child);
    putInOrder(child);
  }
}

/** The innermost around a branch that has several sensors; the others leave the tree. */
function shownAround(branch: Branch): Branch {
  let shown = branch;
  while (shown.sensors < 2 && shown.parent !== null) {
    shown.parent.children.delete(shown.path);
    shown = shown.parent;
  }
  return shown;
}

function innermost(root: Branch, name: string): Branch {
  let branch = root;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const path = name.slice(0, dot);
    const next = branch.children.get(path) ?? newBranch(path, branch);
    branch.children.set(path, next);
    branch = next;
    branch.sensors += 1;
  }
  return branch;
}

function newBranch(path: string, parent: Branch | null): Branch {
  return { path, parent, sensors: 0, children: new Map(), counts: {} };
}

/** Adds what is in its branches to what is in itself. */
function shownOf(branch: Branch): readonly Subsystem[] {
  return [...branch.children.values()].map((child) => {
    const { path, sensors, counts } = child;
    const children = shownOf(child);
    for (const status of STATUSES) {
      const n = counts[status];
      if (n !== undefined) branch.counts[status] = (branch.counts[status] ?? 0) + n;
    }
    const name = path.slice(branch.path === "" ? 0 : branch.path.length + 1);
    return { name, path, sensors, ...rollUp(counts), children };
  });
}
