/** The columns of the table: which there are, how wide, and what one can sort by. */

import type { SortColumn } from "../../model/sensors/sorting";
import type { Column } from "../../model/settings";

export type ShownColumn = "device" | "name" | Column;

export interface ColumnLook {
  readonly title: string;
  /** For one that was not given another width: at least so wide, and its share of what is left. */
  readonly least_px: number;
  readonly share: number;
  readonly sort: SortColumn | null;
}

export const COLUMN_LOOKS: Readonly<Record<ShownColumn, ColumnLook>> = {
  device: { title: "device", least_px: 80, share: 0, sort: null },
  name: { title: "name", least_px: 160, share: 3, sort: "name" },
  value: { title: "value", least_px: 128, share: 2, sort: "value" },
  units: { title: "units", least_px: 64, share: 0.4, sort: "units" },
  status: { title: "status", least_px: 116, share: 0, sort: "status" },
  trend: { title: "trend", least_px: 104, share: 0, sort: null },
  time: { title: "device time", least_px: 112, share: 0, sort: "time" },
  age: { title: "age", least_px: 88, share: 0, sort: null },
};

export const NARROWEST_PX = 48;

/** As in the style sheet. */
const GAP_PX = 13;

/** What every row takes over from the table, as custom properties. */
export function layoutOf(
  columns: readonly ShownColumn[],
  widths: Readonly<Record<string, number>>,
): { readonly "--columns": string; readonly "--narrowest": string } {
  const template = columns.map((column) => {
    const { least_px, share } = COLUMN_LOOKS[column];
    const width_px = widths[column];
    if (width_px !== undefined) return `${width_px}px`;
    return share === 0 ? `${least_px}px` : `minmax(${least_px}px, ${share}fr)`;
  });
  const least_px = columns.map((column) => widths[column] ?? COLUMN_LOOKS[column].least_px);
  const narrowest_px = least_px.reduce((sum, width_px) => sum + width_px + GAP_PX, GAP_PX);
  return { "--columns": template.join(" "), "--narrowest": `${narrowest_px}px` };
}
