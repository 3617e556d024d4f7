/** Steps or straight lines, and the ends of each value axis where a person sets them. */
import { useState } from "preact/hooks";
import { visible } from "../../model/words";
import type { PlotOptions } from "./plot_props";
import type { ValueRange } from "./value_range";

interface Props {
  readonly units: readonly string[];
  readonly options: PlotOptions;
  readonly onOptions: (options: PlotOptions) => void;
}

export function AxisOptions({ units, options, onOptions }: Props) {
  const setRange = (unit: string, range: ValueRange | null) => {
    const valueRanges = new Map(options.valueRanges);
    if (range === null) valueRanges.delete(unit);
    else valueRanges.set(unit, range);
    onOptions({ ...options, valueRanges });
  };
  return (
    <details class="plot-options">
      <summary>Axes</summary>
      <label>
        <input
          type="checkbox"
          checked={options.isSteps}
          onChange={(event) => onOptions({ ...options, isSteps: event.currentTarget.checked })}
        />{" "}
        lines as steps
      </label>
      {units.map((unit) => (
        <ValueAxis
          key={unit}
          unit={unit}
          set={options.valueRanges.get(unit) ?? null}
          onRange={(range) => setRange(unit, range)}
        />
      ))}
    </details>
  );
}

interface AxisProps {
  readonly unit: string;
  readonly set: ValueRange | null;
  readonly onRange: (range: ValueRange | null) => void;
}

function ValueAxis({ unit, set, onRange }: AxisProps) {
  const [min, setMin] = useState(set === null ? "" : String(set.min));
  const [max, setMax] = useState(set === null ? "" : String(set.max));
  const name = unit === "" ? "no units" : visible(unit);
  const isFilled = min.trim() !== "" && max.trim() !== "";
  const isRange = isFilled && Number(min) < Number(max);
  return (
    <form
      class="plot-axis"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRange) onRange({ min: Number(min), max: Number(max) });
      }}
    >
      <span>{name}:</span>
      <Limit label={`Lowest of the axis in ${name}`} text={min} onText={setMin} />
      <span>to</span>
      <Limit label={`Highest of the axis in ${name}`} text={max} onText={setMax} />
      <button type="submit">Set</button>
      <button
        type="button"
        aria-pressed={set === null}
        onClick={() => {
          setMin("");
          setMax("");
          onRange(null);
        }}
      >
        Automatic
      </button>
      <span class="problem" role="status">
        {isFilled && !isRange && "The lowest must be a number below the highest."}
      </span>
    </form>
  );
}

interface LimitProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function Limit({ label, text, onText }: LimitProps) {
  return (
    <input
      type="text"
      inputMode="decimal"
      aria-label={label}
      value={text}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
