/**
 * A status or a state as word, shape and colour: never colour alone.
 *
 * The shapes are drawn, not letters: fonts differ. Normal life is grey (ISA-101).
 */
import type { DeviceState, Status } from "../wire";
import "./marks.css";

const STATUS_SHAPES: Readonly<Record<Status, string>> = {
  unknown: "M6 1 11 6 6 11 1 6ZM6 3 3 6 6 9 9 6Z", // hollow diamond
  nominal: "M6 3a3 3 0 1 0 .01 0Z", // small disc
  warn: "M6 1 11.5 11H.5Z", // triangle
  error: "M1 1H11V11H1Z", // square
  failure: "M3 1 6 4 9 1 11 3 8 6 11 9 9 11 6 8 3 11 1 9 4 6 1 3Z", // cross
  unreachable: "M6 .5a5.5 5.5 0 1 0 .01 0ZM6 2.2a3.8 3.8 0 1 1-.01 0ZM3 5H9V7H3Z", // no entry
  inactive: "M1 5H11V7H1Z", // bar
};

/** The ring fills as the connection comes about. */
const STATE_SHAPES: Readonly<Record<DeviceState, string>> = {
  sleeping: "M2 1H5V11H2ZM7 1H10V11H7Z", // pause
  connecting: "M6 .5a5.5 5.5 0 1 0 .01 0ZM6 2a4 4 0 1 1-.01 0Z", // ring
  negotiating: "M6 .5a5.5 5.5 0 1 0 .01 0ZM6 2a4 4 0 0 1 0 8Z", // half
  syncing: "M6 .5a5.5 5.5 0 1 0 .01 0ZM6 2a4 4 0 0 1 4 4H6Z", // three quarters
  synced: "M6 .5a5.5 5.5 0 1 0 .01 0Z", // disc
  closed: "M1 1H11V11H1ZM2.5 2.5V9.5H9.5V2.5Z", // hollow square
};

export function StatusMark({ status }: { status: Status }) {
  return <Mark word={status} look={status} />;
}

export function StateMark({ state }: { state: DeviceState }) {
  return <Drawn word={state} shape={STATE_SHAPES[state]} look={`state-${state}`} />;
}

/** Another word that looks like a status. */
export function Mark({ word, look }: { word: string; look: Status }) {
  return <Drawn word={word} shape={STATUS_SHAPES[look]} look={`status-${look}`} />;
}

function Drawn({ word, shape, look }: { word: string; shape: string; look: string }) {
  return (
    <span class={`mark ${look}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={shape} fill-rule="evenodd" />
      </svg>
      {word}
    </span>
  );
}
