/**
 * The style sheet's colours for canvases, which see no custom properties.
 *
 * Read once and kept until the theme changes: asking for a computed style in every drawing
 * would make the browser work out the page's styles each time.
 */
import "./palette.css";

export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly panel: string;
  readonly lines: readonly string[];
  readonly states: readonly string[];
  /** Of a boolean that is false, and of what has no colour of its own. */
  readonly stateNone: string;
}

const LINES = [1, 2, 3, 4, 5, 6];
const STATES = [1, 2, 3, 4, 5, 6, 7];

let present: Palette | null = null;
const listeners = new Set<() => void>();

export function palette(): Palette {
  if (present !== null) return present;
  watch();
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  present = {
    ink: colour("ink"),
    faint: colour("faint"),
    grid: colour("line"),
    panel: colour("panel"),
    lines: LINES.map((number) => colour(`line-${number}`)),
    states: STATES.map((number) => colour(`state-${number}`)),
    stateNone: colour("state-none"),
  };
  return present;
}

/** Call back when everything drawn has the wrong colours or the wrong resolution. */
export function onThemeChange(callBack: () => void): () => void {
  listeners.add(callBack);
  return () => listeners.delete(callBack);
}

let isWatching = false;

/** The system's theme, and the one that was chosen on the page (`data-theme`). */
function watch(): void {
  if (isWatching) return;
  isWatching = true;
  const changed = () => {
    present = null;
    for (const callBack of [...listeners]) callBack();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
}
