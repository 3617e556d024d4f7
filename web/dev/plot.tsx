/** Plots and sparklines of pretended sensors: `?rate=1&points=3600&numbers=8&sparklines=40`. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type SensorName, nameText } from "../src/model/plot_groups";
import { type PlotRange, parseRange, rangeText } from "../src/model/plot_range";
import { Traces } from "../src/model/traces";
import { PlotPanel } from "../src/view/plot/plot_panel";
import type { PlotOptions } from "../src/view/plot/plot_props";
import { Sparkline } from "../src/view/sparkline";
import type { Value } from "../src/wire";
import "../src/style.css";

const query = new URLSearchParams(location.search);
const wish = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
const RATE_HZ = wish("rate", 1);
const POINTS = wish("points", 3600);
const NUMBERS = wish("numbers", 4);
const SPARKLINES = wish("sparklines", 0);
const WORDS = ["stowed", "slewing", "tracking", "a rather long name of a state", "fault"];

interface Pretended extends SensorName {
  readonly type: string;
  readonly units: string;
  readonly at: (time: number) => Value;
}
const device = "m000";
const numbers: Pretended[] = Array.from({ length: NUMBERS }, (_, n) => ({
  device,
  sensor: n === 0 ? "rsc.rxl.dewar.cold-stage.temperature" : `temp.${n}`,
  type: "float",
  units: n % 3 === 2 ? "rpm" : "K",
  at: (time) => (n % 3 === 2 ? 1.2e6 : 20) + n * 0.3 + Math.sin(time / (20 + 7 * n)) + Math.random() * 0.2,
}));
const states: Pretended[] = query.has("nostates") ? [] : [
  { device, sensor: "mode", type: "discrete", units: "", at: (t) => WORDS[Math.floor(t / 47) % 5] ?? "" },
  { device, sensor: "pointing.lock", type: "boolean", units: "", at: (t) => Math.floor(t / 31) % 3 > 0 },
  { device, sensor: "observer", type: "string", units: "", at: (t) => `<script>${Math.floor(t / 200)}` },
];
const odd: Pretended[] = query.has("odd") ? [
  { device, sensor: "huge", type: "float", units: "1", at: (t) => Math.sin(t / 30) * 1e300 },
  { device, sensor: "flat", type: "integer", units: "2^64", at: () => "18446744073709551616" },
  { device, sensor: "tiny", type: "float", units: "eV", at: (t) => 1e9 + Math.sin(t / 30) * 1e-3 },
  { device, sensor: "nan", type: "float", units: "m", at: () => "nan" },
  { device, sensor: "spotty", type: "float", units: "m", at: (t) => (Math.floor(t) % 5 === 0 ? 5 + t % 3 : "nan") },
] : [];
const all = [...numbers, ...states, ...odd];
const traces = new Traces();
const began = Date.now() / 1000;
const feed = (from: number, to: number) => {
  for (const of of all) {
    const trace = traces.open(of.device, of.sensor, of.type);
    for (let time = from; time < to; time += 1 / RATE_HZ) {
      const status = of.sensor === "temp.1" ? "warn" : "nominal";
      trace.append(time, of.at(time), status, time);
      const isLost = Math.abs(time - began + 90) < 0.5 / RATE_HZ;
      if (isLost) trace.breakHere(time);
      if (isLost) from = Math.max(from, time);
    }
  }
};
if (!query.has("empty")) {
  feed(began - POINTS / RATE_HZ, began - 90);
  for (const of of all) traces.open(of.device, of.sensor, of.type).breakHere(began - 90);
  feed(began - 60, began);
}
let fedUntil = began;
setInterval(() => {
  const now = Date.now() / 1000;
  feed(fedUntil, now);
  fedUntil += Math.ceil((now - fedUntil) * RATE_HZ) / RATE_HZ;
  traces.hold(device, now);
}, 1000 / Math.min(10, RATE_HZ));

function Page() {
  const [plotted, setPlotted] = useState<readonly SensorName[]>(query.has("none") ? [] : all);
  const [range, setRange] = useState<PlotRange>(parseRange(query.get("range") ?? "300"));
  const [options, setOptions] = useState<PlotOptions>({ isSteps: false, valueRanges: new Map() });
  const about = (name: SensorName) => all.find((one) => nameText(one) === nameText(name)) ?? null;
  (window as unknown as { said: unknown }).said = { plotted: plotted.map(nameText), range: rangeText(range), options };
  return (
    <PlotPanel
      plotted={plotted}
      source={{
        now: () => Date.now() / 1000,
        about: (name) => {
          const found = about(name);
          return found && { ...found, description: `What ${found.sensor} measures.` };
        },
        trace: ({ device, sensor }) => traces.look(device, sensor),
        problem: (name) => (about(name) ? null : `${name.device} has no sensor ${name.sensor}.`),
      }}
      range={range}
      options={options}
      zone={query.get("zone") === "local" ? "local" : "UTC"}
      onRange={setRange}
      onOptions={setOptions}
      onAdd={(name) => setPlotted([...plotted, name])}
      onRemove={(name) => setPlotted(plotted.filter((one) => nameText(one) !== nameText(name)))}
      suggest={(text) => all.map(nameText).filter((name) => name.includes(text)).slice(0, 30)}
    />
  );
}

function Sparklines() {
  const [, setDrawing] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => requestAnimationFrame(() => setDrawing((n) => n + 1)), 1000 / Math.min(10, RATE_HZ));
    return () => clearInterval(timer);
  }, []);
  const now = Date.now() / 1000;
  return (
    <div style={{ display: "grid", gridTemplateColumns: "repeat(4, 12rem)", color: "var(--ink)" }}>
      {Array.from({ length: SPARKLINES }, (_, n) => {
        const of = all[n % all.length];
        const trace = of ? traces.look(of.device, of.sensor) : null;
        return <Sparkline key={n} trace={trace} revision={trace?.revision ?? 0} until={now} />;
      })}
    </div>
  );
}

const theme = query.get("theme");
if (theme) document.documentElement.dataset.theme = theme;
const page = document.getElementById("page");
if (page) render(SPARKLINES > 0 ? <Sparklines /> : <Page />, page);
