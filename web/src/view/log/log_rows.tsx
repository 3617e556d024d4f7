/** The informs in rows of one line, only those in view in the page; at the end it follows. */
import { useLayoutEffect, useState } from "preact/hooks";
import { gapText } from "../../model/log/log_export";
import type { InformRow, Level, LogRow } from "../../model/log/log_row";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { useViewport } from "../use_viewport";
import { windowOf } from "../window_rows";
import { LevelMark } from "./level_mark";

/** As in the style sheet. */
const ROW_HEIGHT_PX = 24;
/** A line has room for less; all of it is shown when the row is opened. */
const LONGEST_TEXT = 400;
/** So near to the end a person is at the end. */
const AT_END_PX = 2 * ROW_HEIGHT_PX;

export function LogRows({ withDevice }: { withDevice: boolean }) {
  const { log, location } = useDashboard();
  useReadings();
  const [scroller, view] = useViewport(`log ${location.device}`);
  const [opened, setOpened] = useState<InformRow | null>(null);
  const rows = log.shown;
  const newest = rows.at(-1)?.key;
  const isFollowing = !log.isPaused.value;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && isFollowing) element.scrollTop = element.scrollHeight;
  }, [newest, isFollowing, scroller]);
  const { first, end } = windowOf(view, ROW_HEIGHT_PX, rows.length);
  const onWheel = () => {
    const element = scroller.current;
    if (element === null) return;
    const left_px = element.scrollHeight - element.clientHeight - element.scrollTop;
    if (left_px > AT_END_PX) log.pause(); // somebody reads what was before
  };
  return (
    <>
      {rows.length === 0 && (
        <p class="empty" data-empty="no-informs">
          {log.size === 0
            ? "Nothing has been said yet."
            : "None of the informs is let through by what is set above."}
        </p>
      )}
      <div
        class="log-rows"
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label="Informs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard, too.
        tabIndex={0}
        onWheel={onWheel}
        onKeyDown={(event) => onArrow(event, rows, () => log.pause())}
        onKeyUp={onWheel}
        onTouchMove={onWheel}
      >
        <ul class="log-body" style={{ height: `${rows.length * ROW_HEIGHT_PX}px` }}>
          {rows.slice(first, end).map((row, position) => (
            <Row
              key={row.key}
              row={row}
              position={first + position}
              withDevice={withDevice}
              onOpen={setOpened}
            />
          ))}
        </ul>
      </div>
      {opened !== null && (
        <Opened
          row={opened}
          onClose={() => {
            setOpened(null);
            scroller.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** Up and Down go from row to row, beginning at those in view; Enter opens one, as a click does. */
function onArrow(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  rows: readonly LogRow[],
  pause: () => void,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const list = event.currentTarget;
  const focused = document.activeElement?.closest<HTMLElement>("[data-position]");
  const top = Math.ceil(list.scrollTop / ROW_HEIGHT_PX);
  const bottom = Math.floor((list.scrollTop + list.clientHeight) / ROW_HEIGHT_PX);
  const inView = step > 0 ? top - 1 : Math.min(rows.length, bottom);
  let position = focused ? Number(focused.dataset.position) : inView;
  do position += step;
  while (rows[position]?.kind === "gap");
  if (rows[position] === undefined) return;
  pause(); // or the row would run away
  const top_px = position * ROW_HEIGHT_PX;
  if (top_px < list.scrollTop) list.scrollTop = top_px;
  const least_px = top_px + ROW_HEIGHT_PX - list.clientHeight;
  if (list.scrollTop < least_px) list.scrollTop = least_px;
  const row = list.querySelector<HTMLElement>(`[data-position="${position}"] button`);
  row?.focus({ preventScroll: true });
}

interface RowProps {
  readonly row: LogRow;
  readonly position: number;
  readonly withDevice: boolean;
  readonly onOpen: (row: InformRow) => void;
}

function Row({ row, position, withDevice, onOpen }: RowProps) {
  const times = useTimes();
  const style = { transform: `translateY(${position * ROW_HEIGHT_PX}px)` };
  if (row.kind === "gap") {
    return (
      <li class="log-row log-gap" data-gap={row.by} style={style}>
        {gapText(row)}
      </li>
    );
  }
  return (
    <li
      class="log-row"
      data-inform={row.name}
      data-level={row.level}
      data-position={position}
      style={style}
    >
      <button type="button" tabIndex={-1} onClick={() => onOpen(row)}>
        <time>{times.exactClock(row.time ?? row.received)}</time>
        {withDevice && <span class="log-device">{row.device}</span>}
        <LevelOf row={row} />
        <b>{row.isLog ? row.name : `#${row.name}`}</b>
        <span class="log-text">{row.text.slice(0, LONGEST_TEXT)}</span>
      </button>
    </li>
  );
}

function LevelOf({ row }: { row: InformRow }) {
  if (!row.isLog) return <span class="log-level" />;
  const level: Level | "unknown" = row.level ?? "unknown";
  return (
    <span class="log-level">
      <LevelMark level={level} />
    </span>
  );
}

/** One inform as it is, with all of its text. */
function Opened({ row, onClose }: { row: InformRow; onClose: () => void }) {
  const times = useTimes();
  return (
    <aside
      class="log-opened"
      aria-label="One inform"
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      <div class="detail-head">
        <h3>
          {row.device} {row.isLog ? row.name : `#${row.name}`}
        </h3>
        <button type="button" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </div>
      <p>
        received {times.stamp(row.received)}
        {row.time !== null && `, said by the device at ${times.stamp(row.time)}`}
      </p>
      <pre>{row.text}</pre>
    </aside>
  );
}
