/** The range of time in words and buttons: all that the mouse and the keys do, too. */
import { type FixedRange, isFollowing, panned } from "../../model/plot/plot_range";
import type { TimeZone } from "../../model/settings";
import { TIMES } from "../times";
import type { RangeInHand } from "./use_range";

const SPANS: readonly (readonly [string, number])[] = [
  ["1 min", 60],
  ["5 min", 300],
  ["15 min", 900],
  ["1 h", 3600],
  ["all", Number.POSITIVE_INFINITY],
];

interface Props {
  readonly shown: FixedRange;
  readonly inHand: RangeInHand;
  readonly zone: TimeZone;
}

export function PlotToolbar({ shown, inHand, zone }: Props) {
  const { range, set, zoom, toggleFollow } = inHand;
  const isLive = isFollowing(range);
  const half_s = (shown.to - shown.from) / 2;
  return (
    <>
      <fieldset class="plot-toolbar" aria-label="Range of time">
        <button type="button" class="plot-follow" aria-pressed={isLive} onClick={toggleFollow}>
          Follow
        </button>
        <span class="plot-buttons">
          {SPANS.map(([name, span_s]) => (
            <button
              type="button"
              key={name}
              aria-label={span_s === Number.POSITIVE_INFINITY ? "Follow all" : `Follow ${name}`}
              aria-pressed={isLive && range.span_s === span_s}
              onClick={() => set({ span_s })}
            >
              {name}
            </button>
          ))}
        </span>
        <span class="plot-buttons">
          <Tool label="Earlier" sign="M8 1 3 6 8 11Z" onClick={() => set(panned(shown, -half_s))} />
          <Tool label="Later" sign="M4 1 9 6 4 11Z" onClick={() => set(panned(shown, half_s))} />
          <Tool label="Zoom in" sign="M5 1H7V5H11V7H7V11H5V7H1V5H5Z" onClick={() => zoom(0.5)} />
          <Tool label="Zoom out" sign="M1 5H11V7H1Z" onClick={() => zoom(2)} />
        </span>
      </fieldset>
      <span class="plot-range">{isLive ? followText(range.span_s) : fixedText(shown, zone)}</span>
    </>
  );
}

interface ToolProps {
  readonly label: string;
  readonly sign: string;
  readonly onClick: () => void;
}

function Tool({ label, sign, onClick }: ToolProps) {
  return (
    <button type="button" class="plot-tool" aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={sign} />
      </svg>
    </button>
  );
}

function followText(span_s: number): string {
  if (!Number.isFinite(span_s)) return "all since the sensors were first looked at";
  const [name, unit_s] = span_s < 60 ? ["s", 1] : span_s < 3600 ? ["min", 60] : ["h", 3600];
  return `the last ${Number((span_s / unit_s).toPrecision(3))} ${name}`;
}

function fixedText({ from, to }: FixedRange, zone: TimeZone): string {
  return `${TIMES[zone].stamp(from)} to ${TIMES[zone].stamp(to)}`;
}
