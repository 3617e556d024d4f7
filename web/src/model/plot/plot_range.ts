/**
 * The range of time a plot shows: the last so many seconds, moving on with the clock, or fixed.
 *
 * As text, for the URL: `300`, `all`, `1763841000..1763841300.5`.
 */

export interface FixedRange {
  /** UNIX seconds. */
  readonly from: number;
  readonly to: number;
}

/** `span_s` is Infinity for everything since the page was opened. */
export type PlotRange = { readonly span_s: number } | FixedRange;

export const DEFAULT_RANGE: PlotRange = { span_s: 300 };

/** Doubles tell UNIX times apart to less than a microsecond; below nothing is to be seen. */
const LEAST_SPAN_S = 0.01;
const LONGEST_SPAN_S = 10 * 366 * 86_400;

export function isFollowing(range: PlotRange): range is { readonly span_s: number } {
  return "span_s" in range;
}

/** What is shown at `now`; `since` is when the oldest trace began. */
export function resolved(range: PlotRange, now: number, since: number): FixedRange {
  if (!isFollowing(range)) return range;
  if (Number.isFinite(range.span_s)) return { from: now - range.span_s, to: now };
  return { from: Math.min(Number.isNaN(since) ? now : since, now - 10), to: now };
}

export function panned({ from, to }: FixedRange, by_s: number): FixedRange {
  return { from: from + by_s, to: to + by_s };
}

/** `factor` below 1 shows less; the time `at` stays where it is. */
export function zoomed({ from, to }: FixedRange, factor: number, at: number): FixedRange {
  const span_s = withinLimits((to - from) * factor);
  const share = (at - from) / (to - from);
  return { from: at - span_s * share, to: at + span_s * (1 - share) };
}

/** The same about the present: follows still. */
export function zoomedFollowing(shown: FixedRange, factor: number): PlotRange {
  return { span_s: withinLimits((shown.to - shown.from) * factor) };
}

export function rangeText(range: PlotRange): string {
  if (!isFollowing(range)) return `${short(range.from)}..${short(range.to)}`;
  return Number.isFinite(range.span_s) ? short(range.span_s) : "all";
}

/** Anything that is no range, as in a link mangled by hand: the default. */
export function parseRange(text: string): PlotRange {
  if (text === "all") return { span_s: Number.POSITIVE_INFINITY };
  const [first, second, ...more] = text.split("..").map(number);
  if (first === undefined || more.length > 0) return DEFAULT_RANGE;
  if (second === undefined) return first > 0 ? { span_s: withinLimits(first) } : DEFAULT_RANGE;
  return second - first >= LEAST_SPAN_S && second - first <= LONGEST_SPAN_S
    ? { from: first, to: second }
    : DEFAULT_RANGE;
}

function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function withinLimits(span_s: number): number {
  return Math.min(LONGEST_SPAN_S, Math.max(LEAST_SPAN_S, span_s));
}

/** To the millisecond: nobody aims better with a mouse. */
function short(time: number): string {
  return String(Math.round(time * 1000) / 1000);
}
