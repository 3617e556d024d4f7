/** The plot page as the URL has it: which sensors, which time, how the axes are. */
import { useMemo, useRef } from "preact/hooks";
import { parseRange, rangeText } from "../../model/plot/plot_range";
import { nameText } from "../../model/sensors/sensor_name";
import { useDashboard } from "../dashboard_context";
import { PlotPage } from "./plot_page";
import type { PlotOptions, PlotSource } from "./plot_props";

/** As many as anybody reads. */
const MOST_SUGGESTED = 50;

export function PlotPlace() {
  const dashboard = useDashboard();
  const { location, plotted, traces, katgate, settings } = dashboard;
  const names = dashboard.plottedNames;
  const suggest = useSuggestions();
  const source = useMemo(
    (): PlotSource => ({
      now: () => katgate.time.now(),
      about: (name) => plotted.about(name),
      trace: ({ device, name }) => traces.look(device, name),
      problem: (name) => plotted.problem(name),
    }),
    [katgate, plotted, traces],
  );
  const texts = names.map(nameText);
  return (
    <PlotPage
      plotted={names}
      source={source}
      range={parseRange(location.get("range"))}
      options={optionsOf(location.get("steps"), location.all("axis"))}
      zone={settings.timeZone.value}
      onRange={(range) => location.replace({ range: rangeText(range) })}
      onOptions={(options) => location.replace(fieldsOf(options))}
      onAdd={(name) => location.go({ plot: [...texts, nameText(name)] })}
      onRemove={(name) => location.go({ plot: texts.filter((text) => text !== nameText(name)) })}
      suggest={suggest}
    />
  );
}

/** Axes are written as `low..high units`. */
const AXIS = /^(\S+)\.\.(\S+) (.*)$/s;

function optionsOf(steps: string, axes: readonly string[]): PlotOptions {
  const valueRanges = new Map<string, { min: number; max: number }>();
  for (const axis of axes) {
    const [, low, high, units] = AXIS.exec(axis) ?? [];
    const [min, max] = [Number(low), Number(high)];
    if (units !== undefined && min < max) valueRanges.set(units, { min, max });
  }
  return { isSteps: steps === "yes", valueRanges };
}

function fieldsOf({ isSteps, valueRanges }: PlotOptions) {
  const axis = [...valueRanges].map(([units, { min, max }]) => `${min}..${max} ${units}`);
  return { steps: isSteps ? "yes" : null, axis };
}

/**
 * Sensors of the device that is chosen, and of one whose name is typed: that is asked for once,
 * and there with the next key.
 */
function useSuggestions(): (text: string) => readonly string[] {
  const { sensors, devices, katgate } = useDashboard();
  const asked = useRef(new Map<string, readonly string[]>());
  return (text) => {
    const wanted = text.trim().toLowerCase();
    const device = text.slice(0, Math.max(0, text.indexOf(":"))).trim();
    if (devices.find(device) !== null && !asked.current.has(device)) {
      asked.current.set(device, []);
      katgate.sensorsOf(device, MOST_ASKED).then(
        (list) =>
          asked.current.set(
            device,
            list.map(({ name }) => nameText({ device, name })),
          ),
        () => asked.current.delete(device),
      );
    }
    const found = new Set<string>();
    const offer = (name: string) => {
      if (found.size < MOST_SUGGESTED && name.toLowerCase().includes(wanted)) found.add(name);
    };
    for (const { name } of devices.list.value ?? []) offer(`${name}:`);
    for (const index of sensors.order) {
      const sensor = sensors.about[index];
      if (sensor !== undefined) offer(nameText(sensor));
    }
    for (const name of asked.current.get(device) ?? []) offer(name);
    return [...found];
  };
}

const MOST_ASKED = 10_000;
