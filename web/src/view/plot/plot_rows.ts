/** What is plotted, once per drawing: names, their traces, and what there is to draw of them. */
import { Line } from "../../model/plot/decimate";
import type { PlottedAbout } from "../../model/plot/plot_groups";
import type { FixedRange } from "../../model/plot/plot_range";
import type { AnyTrace } from "../../model/plot/traces";
import { nameText, type SensorName } from "../../model/sensors/sensor_name";
import { type LineLook, lookOf } from "./paint_lines";
import type { PlotSource } from "./plot_props";

export interface PlotRow {
  readonly name: SensorName;
  readonly text: string;
  readonly about: PlottedAbout | null;
  readonly trace: AnyTrace | null;
  readonly problem: string | null;
  /** Filled by `fillLines`; states have none. */
  readonly line: Line;
  readonly look: LineLook;
}

export class PlotRows {
  readonly #lines = new Map<string, Line>();
  readonly #places = new Map<string, number>();

  of(plotted: readonly SensorName[], source: PlotSource): readonly PlotRow[] {
    const texts = plotted.map(nameText);
    for (const text of [...this.#places.keys()]) {
      if (texts.includes(text)) continue;
      this.#places.delete(text);
      this.#lines.delete(text);
    }
    return plotted.map((name) => {
      const text = nameText(name);
      const trace = source.trace(name);
      return {
        name,
        text,
        about: source.about(name),
        trace,
        problem: source.problem(name),
        line: this.#lineOf(text),
        look: lookOf(trace?.kind === "number" ? this.#placeOf(text) : 0),
      };
    });
  }

  #lineOf(text: string): Line {
    const line = this.#lines.get(text) ?? new Line();
    this.#lines.set(text, line);
    return line;
  }

  /** A sensor keeps its colour when another one is removed. */
  #placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const taken = new Set(this.#places.values());
    let place = 0;
    while (taken.has(place)) place += 1;
    this.#places.set(text, place);
    return place;
  }
}

/** The oldest of all; NaN if there is none. */
export function sinceOf(rows: readonly PlotRow[]): number {
  let since = Number.NaN;
  for (const { trace } of rows) {
    if (trace !== null && !(trace.since >= since) && !Number.isNaN(trace.since)) {
      since = trace.since;
    }
  }
  return since;
}

export function fillLines(
  rows: readonly PlotRow[],
  { from, to }: FixedRange,
  bins: number,
  isSteps: boolean,
): void {
  for (const { trace, line } of rows) {
    if (trace?.kind === "number") line.fill(trace, from, to, bins, isSteps);
  }
}
