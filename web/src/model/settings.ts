/**
 * What a person prefers, on all katgates and days: kept by the browser, not in the URL.
 *
 * A browser that keeps nothing (a private window may not) has them as long as the page is open.
 */
import { effect, type Signal, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const TIME_ZONES = ["UTC", "local"] as const;
export type TimeZone = (typeof TIME_ZONES)[number];

export const COLUMNS = ["value", "units", "status", "trend", "time", "age"] as const;
export type Column = (typeof COLUMNS)[number];

/** The part of `localStorage` and `sessionStorage` that is used. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = "katgate";
/** Wider than any screen. */
const MOST_PX = 10_000;

export class Settings {
  readonly theme: Signal<Theme>;
  readonly timeZone: Signal<TimeZone>;
  readonly columns: Signal<readonly Column[]>;
  /** Of columns that were given another width than the usual, in px. */
  readonly widths: Signal<Readonly<Record<string, number>>>;

  constructor(store: Store) {
    const kept = read(store);
    this.theme = signal(oneOf(THEMES, kept.theme) ?? "system");
    this.timeZone = signal(oneOf(TIME_ZONES, kept.timeZone) ?? "UTC");
    const columns = Array.isArray(kept.columns) ? kept.columns : COLUMNS;
    this.columns = signal(COLUMNS.filter((column) => columns.includes(column)));
    this.widths = signal(widthsOf(kept.widths));
    effect(() => {
      const { theme, timeZone, columns, widths } = this;
      write(store, {
        theme: theme.value,
        timeZone: timeZone.value,
        columns: columns.value,
        widths: widths.value,
      });
    });
  }
}

function read(store: Store): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function write(store: Store, settings: object): void {
  try {
    store.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Full, or forbidden: they last as long as the page.
  }
}

function oneOf<T extends string>(all: readonly T[], wanted: unknown): T | undefined {
  return all.find((one) => one === wanted);
}

function widthsOf(kept: unknown): Record<string, number> {
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, number] => isWidth(entry[1])),
  );
}

/** Anything else, of another version or written by hand, would hide a column or the others. */
function isWidth(kept: unknown): boolean {
  return typeof kept === "number" && kept > 0 && kept <= MOST_PX;
}
