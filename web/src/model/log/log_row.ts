/** One inform of the log, as it is shown, filtered and exported. */
import type { Inform, Word } from "../../wire";
import { wordText } from "../words";

export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof LEVELS)[number];

export type LogRow = InformRow | GapRow;

export interface InformRow {
  readonly kind: "inform";
  readonly key: number;
  readonly device: string;
  readonly received: number;
  /** By the device's own clock, where it says so; else null. */
  readonly time: number | null;
  /** Of a `#log`; null for other informs, and for levels that are none of KATCP's. */
  readonly level: Level | null;
  readonly isLog: boolean;
  /** Of a `#log` who speaks, else the inform's name. */
  readonly name: string;
  /** The message, or the arguments. */
  readonly text: string;
  /** What is searched: all of it in small letters. */
  readonly haystack: string;
}

/** Here informs are missing. */
export interface GapRow {
  readonly kind: "gap";
  readonly key: number;
  readonly count: number;
  /** `katgate`: more than it keeps; `page`: more than the page keeps while paused; `away`: no connection. */
  readonly by: "katgate" | "page" | "away";
}

/** From here on seconds since 1970 would be the year 5138: it is milliseconds, as KATCP 4 has them. */
const FIRST_MILLISECONDS = 1e11;

export function informRow(heard: Inform, key: number): InformRow {
  const { device, time: received } = heard;
  const known =
    heard.name === "log" && heard.arguments.length >= 4 ? logParts(heard.arguments) : null;
  const parts = known ?? { time: null, level: null, name: heard.name, text: line(heard.arguments) };
  const haystack = `${device} ${parts.level ?? ""} ${parts.name} ${parts.text}`.toLowerCase();
  return { kind: "inform", key, device, received, isLog: known !== null, ...parts, haystack };
}

/** `#log level time name message` */
function logParts(words: readonly Word[]) {
  const [level = "", time = "", name = "", ...message] = words;
  const seconds = typeof time === "string" && time !== "" ? Number(time) : Number.NaN;
  const known = LEVELS.find((one) => one === level) ?? null;
  const text = line(message);
  return {
    time: Number.isFinite(seconds) ? inSeconds(seconds) : null,
    level: known,
    name: wordText(name),
    text: known === null ? `${wordText(level)} ${text}` : text,
  };
}

function inSeconds(time: number): number {
  return time >= FIRST_MILLISECONDS ? time / 1000 : time;
}

function line(words: readonly Word[]): string {
  return words.map(wordText).join(" ");
}
