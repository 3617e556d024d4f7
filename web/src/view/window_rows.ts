/**
 * Which rows of a long table are in view, by arithmetic alone: all rows have one height.
 *
 * A few more above and below are there before a fast scroll shows them.
 */

const OVERSCAN_ROWS = 8;

export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

export interface Viewport {
  readonly scrollTop_px: number;
  readonly height_px: number;
}

export function windowOf(view: Viewport, rowHeight_px: number, rows: number): RowWindow {
  const top = Math.floor(view.scrollTop_px / rowHeight_px) - OVERSCAN_ROWS;
  const bottom = Math.ceil((view.scrollTop_px + view.height_px) / rowHeight_px) + OVERSCAN_ROWS;
  const end = Math.min(rows, Math.max(0, bottom));
  return { first: Math.max(0, Math.min(top, end)), end };
}
