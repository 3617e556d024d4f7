/**
 * Which sensors the filter text lets through.
 *
 * Words apart by spaces must all hold. A word is a part of the name (any case), a glob if it has
 * a `*` (then of the whole name), or `status:` with a status or `abnormal`.
 */
import { STATUSES, type Status } from "../wire";
import { ABNORMAL, type Sensors } from "./sensors";

export interface Filter {
  /** Only then must the answer be looked for again when readings change. */
  readonly needsStatus: boolean;
  matches(name: string, status: Status): boolean;
}

type Test = (name: string, status: Status) => boolean;

const STATUS_WORD = /^status:(.+)$/;

export const ABNORMAL_FILTER = "status:abnormal";

export function parseFilter(text: string): Filter {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => statusTest(word) ?? nameTest(word));
  return {
    needsStatus: words.some((word) => statusTest(word) !== null),
    matches: (name, status) => tests.every((test) => test(name.toLowerCase(), status)),
  };
}

/** The indices of the sensors that match, in name order. */
export function filtered(sensors: Sensors, filter: Filter): readonly number[] {
  return sensors.order.filter((index) =>
    filter.matches(sensors.about[index]?.name ?? "", sensors.statuses[index] ?? "unknown"),
  );
}

function statusTest(word: string): Test | null {
  const wanted = STATUS_WORD.exec(word)?.[1];
  if (wanted === "abnormal") return (_, status) => ABNORMAL.includes(status);
  if (!STATUSES.some((status) => status === wanted)) return null;
  return (_, status) => status === wanted;
}

function nameTest(word: string): Test {
  if (!word.includes("*")) return (name) => name.includes(word);
  const glob = word.split("*").map(escaped).join(".*");
  const pattern = new RegExp(`^${glob}$`, "s");
  return (name) => pattern.test(name);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
