/** A short piece of a sensor's line, as it is drawn; of a state, a small strip. */
import { palette } from "../palette";
import type { PlotRow } from "./plot_rows";

export function Swatch({ row: { trace, look } }: { readonly row: PlotRow }) {
  if (trace === null) return null;
  const { lines, stateNone, states } = palette();
  return (
    <svg class="plot-swatch" viewBox="0 0 24 12" aria-hidden="true">
      {trace.kind === "state" ? (
        <>
          <rect x="0" y="2" width="12" height="8" fill={states[0]} />
          <rect x="12" y="2" width="12" height="8" fill={stateNone} />
        </>
      ) : (
        <path
          d="M0 6H24"
          stroke={lines[look.colour]}
          stroke-width="2"
          stroke-dasharray={look.dash_px.join(" ")}
        />
      )}
    </svg>
  );
}
