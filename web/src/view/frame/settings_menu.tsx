/** Theme and time zone: two switches that say what they are set to. */
import { THEMES, TIME_ZONES } from "../../model/settings";
import { useDashboard } from "../dashboard_context";

export function SettingsMenu() {
  const { theme, timeZone } = useDashboard().settings;
  return (
    <span class="settings">
      <Choice label="Time" of={TIME_ZONES} value={timeZone} />
      <Choice label="Theme" of={THEMES} value={theme} />
    </span>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly of: readonly T[];
  readonly value: { value: T };
}

function Choice<T extends string>({ label, of, value }: ChoiceProps<T>) {
  return (
    <label>
      {label}{" "}
      <select
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = of.find((one) => one === currentTarget.value) ?? value.value;
        }}
      >
        {of.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}
