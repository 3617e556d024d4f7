/**
 * Times as texts: UTC, as an observatory has one time for all, or the browser's own zone.
 *
 * All times are UNIX seconds. Where no calendar reaches, the bare number is shown.
 */
import type { TimeZone } from "../model/settings";

export interface Times {
  readonly zone: TimeZone;
  /** Put behind times in prose: `UTC`, or nothing. */
  readonly suffix: string;
  /** `2026-03-01 12:03:41.250 UTC` */
  stamp(time: number): string;
  /** `HH:MM:SS`, and the day before it when that is not the day of `now`. */
  clock(time: number, now: number): string;
  /** `HH:MM:SS.mmm` */
  exactClock(time: number): string;
}

export const TIMES: Readonly<Record<TimeZone, Times>> = {
  UTC: timesIn("UTC", () => 0),
  local: timesIn("local", (date) => -date.getTimezoneOffset()),
};

/** As programs read it, always UTC: `2026-03-01T12:03:41.250Z`. */
export function isoStamp(time: number): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

function timesIn(zone: TimeZone, offset_min: (date: Date) => number): Times {
  /** Date and time of day as the zone's clocks show them, and what is behind them. */
  const parts = (time: number): readonly [day: string, ofDay: string, behind: string] | null => {
    const date = new Date(time * 1000);
    if (Number.isNaN(date.getTime())) return null;
    const offset = offset_min(date);
    const shown = new Date(date.getTime() + offset * 60_000);
    if (Number.isNaN(shown.getTime())) return null;
    const [day = "", ofDay = ""] = shown.toISOString().split("T");
    return [day, ofDay.replace("Z", ""), zone === "UTC" ? "UTC" : offsetText(offset)];
  };
  return {
    zone,
    suffix: zone === "UTC" ? " UTC" : "",
    stamp: (time) => parts(time)?.join(" ") ?? String(time),
    clock: (time, now) => {
      const shown = parts(time);
      if (shown === null) return String(time);
      const ofDay = shown[1].slice(0, 8);
      return shown[0] === parts(now)?.[0] ? ofDay : `${shown[0]} ${ofDay}`;
    },
    exactClock: (time) => parts(time)?.[1] ?? String(time),
  };
}

/** `+02:00` */
function offsetText(offset_min: number): string {
  const size = Math.abs(offset_min);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${offset_min < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
