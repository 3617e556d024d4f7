/** Which of the plotted sensors share a chart: numbers by their units; states have one of strips. */

export interface PlottedAbout {
  readonly type: string;
  readonly units: string;
  readonly description: string;
}

/** More lines than this nobody tells apart; the colours and dashes are made for so many. */
export const MOST_PLOTTED = 12;

export interface Grouped<T> {
  /** By units, in the order in which they come up. */
  readonly charts: readonly { readonly units: string; readonly rows: readonly T[] }[];
  readonly states: readonly T[];
}

/** Rows that have no trace yet are in no group. */
export function grouped<
  T extends {
    readonly about: PlottedAbout | null;
    readonly trace: { readonly kind: "number" | "state" } | null;
  },
>(rows: readonly T[]): Grouped<T> {
  const byUnits = new Map<string, T[]>();
  const states: T[] = [];
  for (const row of rows) {
    if (row.trace === null) continue;
    if (row.trace.kind === "state") states.push(row);
    else {
      const units = row.about?.units ?? "";
      byUnits.set(units, [...(byUnits.get(units) ?? []), row]);
    }
  }
  return { charts: [...byUnits].map(([units, of]) => ({ units, rows: of })), states };
}
