/** What the plot page takes from the rest of the page, and gives back. */
import type { PlottedAbout } from "../../model/plot/plot_groups";
import type { PlotRange } from "../../model/plot/plot_range";
import type { AnyTrace } from "../../model/plot/traces";
import type { SensorName } from "../../model/sensors/sensor_name";
import type { TimeZone } from "../../model/settings";
import type { ValueRange } from "./value_range";

/** Asked anew with every drawing: what is not known yet may be, the next time. */
export interface PlotSource {
  /** UNIX seconds on katgate's clock. */
  now(): number;
  about(name: SensorName): PlottedAbout | null;
  trace(name: SensorName): AnyTrace | null;
  /** Why there is nothing, in a sentence; null: it is being waited for. */
  problem(name: SensorName): string | null;
}

export interface PlotOptions {
  /** Lines as steps: a value holds until the next one. */
  readonly isSteps: boolean;
  /** By units; those that are not there find their range themselves. */
  readonly valueRanges: ReadonlyMap<string, ValueRange>;
}

export interface PlotPageProps {
  readonly plotted: readonly SensorName[];
  readonly source: PlotSource;
  readonly range: PlotRange;
  readonly options: PlotOptions;
  readonly zone: TimeZone;
  /** Not with every movement of a hand, but when it rests: fit for the URL. */
  readonly onRange: (range: PlotRange) => void;
  readonly onOptions: (options: PlotOptions) => void;
  readonly onAdd: (name: SensorName) => void;
  readonly onRemove: (name: SensorName) => void;
  /** Names as `device:sensor` that fit what is typed, best first; a few dozen at most. */
  readonly suggest: (text: string) => readonly string[];
}
