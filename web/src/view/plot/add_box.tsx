/** Adds a sensor by its name; names that fit are suggested while it is typed. */
import { useState } from "preact/hooks";
import { MOST_PLOTTED } from "../../model/plot/plot_groups";
import { nameText, parseName, type SensorName } from "../../model/sensors/sensor_name";

interface Props {
  readonly plotted: readonly SensorName[];
  readonly suggest: (text: string) => readonly string[];
  readonly onAdd: (name: SensorName) => void;
}

export function AddBox({ plotted, suggest, onAdd }: Props) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const isFull = plotted.length >= MOST_PLOTTED;
  const add = (typed: string) => {
    const name = parseName(typed);
    const trouble = problemOf(name, plotted);
    setProblem(trouble);
    if (trouble !== "" || name === null) return;
    setText("");
    onAdd(name);
  };
  const suggestions = isFull ? [] : suggest(text);
  return (
    <form
      class="plot-add"
      onSubmit={(event) => {
        event.preventDefault();
        add(text);
      }}
    >
      <input
        type="text"
        list="plot-suggestions"
        value={text}
        placeholder="device:sensor"
        aria-label="Sensor to plot, as device:sensor"
        aria-describedby="plot-add-problem"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setProblem("");
        }}
      />
      <datalist id="plot-suggestions">
        {suggestions.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit">Add</button>
      <span id="plot-add-problem" class="problem" role="status">
        {problem}
      </span>
    </form>
  );
}

function problemOf(name: SensorName | null, plotted: readonly SensorName[]): string {
  if (name === null) return "Type a device, a colon and a sensor, as in cbf:temperature.";
  if (plotted.some((known) => nameText(known) === nameText(name))) {
    return `${nameText(name)} is plotted already.`;
  }
  if (plotted.length < MOST_PLOTTED) return "";
  return `${MOST_PLOTTED} sensors are plotted, and more cannot be told apart: remove one first.`;
}
