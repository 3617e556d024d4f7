/**
 * Which sensors the filter text lets through.
 *
 * Words apart by spaces must all hold. A word is one of
 *
 *     temp            part of the name, the description, the units or the value's type, any case
 *     *.temp          a glob, of the whole name
 *     /^f0[0-3]\./    a regular expression in the name, any case; it may have spaces in it
 *     warn            a status
 *     status:warn     the same and nothing else; status:abnormal for all that call for somebody
 */
import { type Sensor, STATUSES, type Status } from "../../wire";
import { globPattern } from "./pattern";
import { ABNORMAL, type SensorsView } from "./sensors";

export interface Filter {
  /** Only then must the answer be looked for again when readings change. */
  readonly needsStatus: boolean;
  /** What is wrong with the text, or null. Then nothing matches. */
  readonly problem: string | null;
  matches(sensor: Sensor, status: Status): boolean;
}

interface Test {
  readonly needsStatus: boolean;
  matches(sensor: Sensor, status: Status): boolean;
}

const WORD = /\/(?:[^/\\]|\\.)+\/(?=\s|$)|\S+/g;
const STATUS_WORD = /^status:(.+)$/;

export const ABNORMAL_FILTER = "status:abnormal";

export function parseFilter(text: string): Filter {
  const tests: Test[] = [];
  for (const word of text.match(WORD) ?? []) {
    const test = testOf(word);
    if (typeof test === "string") {
      return { needsStatus: false, problem: test, matches: () => false };
    }
    tests.push(test);
  }
  return {
    needsStatus: tests.some((test) => test.needsStatus),
    problem: null,
    matches: (sensor, status) => tests.every((test) => test.matches(sensor, status)),
  };
}

/** The indices of the sensors that match, in their order. `under` is a subsystem, or empty. */
export function filtered(sensors: SensorsView, filter: Filter, under: string): readonly number[] {
  const prefix = under === "" ? "" : `${under}.`;
  return sensors.order.filter((index) => {
    const sensor = sensors.about[index];
    if (sensor === undefined || !sensor.name.startsWith(prefix)) return false;
    return filter.matches(sensor, sensors.statuses[index] ?? "unknown");
  });
}

/** What a word asks for, or what is wrong with it. */
function testOf(word: string): Test | string {
  const lower = word.toLowerCase();
  const status = STATUS_WORD.exec(lower)?.[1];
  if (status !== undefined) return statusTest(status);
  if (word.length > 2 && word.startsWith("/") && word.endsWith("/")) return regexTest(word);
  if (word.includes("*") || word.includes("?")) return globTest(word);
  const isStatus = STATUSES.some((known) => known === lower);
  return {
    needsStatus: isStatus,
    matches: (sensor, status) =>
      searchable(sensor).includes(lower) || (isStatus && status === lower),
  };
}

function statusTest(wanted: string): Test | string {
  if (wanted === "abnormal") {
    return { needsStatus: true, matches: (_, status) => ABNORMAL.includes(status) };
  }
  if (!STATUSES.some((status) => status === wanted)) {
    return `there is no status ${wanted}; there are ${STATUSES.join(", ")}, and abnormal`;
  }
  return { needsStatus: true, matches: (_, status) => status === wanted };
}

function regexTest(word: string): Test | string {
  try {
    return patternTest(new RegExp(word.slice(1, -1), "i"));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function globTest(word: string): Test | string {
  const pattern = globPattern(word, "i");
  return pattern === null ? `${word} is no glob` : patternTest(pattern);
}

function patternTest(pattern: RegExp): Test {
  return { needsStatus: false, matches: ({ name }) => pattern.test(name) };
}

/** Made once for each sensor: thousands are searched at every key. */
const SEARCHABLE = new WeakMap<Sensor, string>();

function searchable(sensor: Sensor): string {
  const known = SEARCHABLE.get(sensor);
  if (known !== undefined) return known;
  const { name, description, units, type } = sensor;
  const text = `${name}\n${description}\n${units}\n${type}`.toLowerCase();
  SEARCHABLE.set(sensor, text);
  return text;
}
