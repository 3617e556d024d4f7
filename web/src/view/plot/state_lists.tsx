/** The strips as text: when each sensor came to which state, newest first, on demand. */
import { useState } from "preact/hooks";
import type { FixedRange } from "../../model/plot/plot_range";
import type { TimeZone } from "../../model/settings";
import { visible } from "../../model/words";
import { TIMES } from "../times";
import type { PlotRow } from "./plot_rows";

const MOST_LISTED = 100;

interface Props {
  readonly rows: readonly PlotRow[];
  readonly shown: FixedRange;
  readonly zone: TimeZone;
}

export function StateLists({ rows, shown, zone }: Props) {
  return (
    <>
      {rows.map((row) => (
        <StateList key={row.text} row={row} shown={shown} zone={zone} />
      ))}
    </>
  );
}

interface ListProps {
  readonly row: PlotRow;
  readonly shown: FixedRange;
  readonly zone: TimeZone;
}

function StateList({ row, shown, zone }: ListProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="plot-states" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>States of {visible(row.text)} in view</summary>
      {isOpen && (
        <ol>
          {states(row, shown).map(({ time, text }) => (
            <li key={time}>
              <time>{TIMES[zone].stamp(time)}</time> <span>{visible(text)}</span>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

function states({ trace }: PlotRow, { from, to }: FixedRange) {
  const found: { time: number; text: string }[] = [];
  if (trace?.kind !== "state") return found;
  const first = Math.max(0, trace.indexAt(from)); // what holds at the left edge began before it
  for (let index = trace.firstFrom(to) - 1; index >= first; index -= 1) {
    if (found.length === MOST_LISTED) break;
    const isGap = Number.isNaN(trace.values[index]);
    // After a gap a state may be in force again of which the device said nothing new.
    const isAgain = index > 0 && Number.isNaN(trace.values[index - 1]);
    if (!isGap && !isAgain && !trace.isReading(index)) continue;
    const text = isGap ? `no value (${trace.statusAt(index)})` : trace.textAt(index);
    found.push({ time: trace.times[index] ?? 0, text });
  }
  return found;
}
