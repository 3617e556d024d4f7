/** Whether what the page shows is live, and if not, since when and what comes next. */
import type { ConnectionState } from "../model/connection";
import { useDashboard } from "./dashboard_context";
import { clockTime, count } from "./format";

export function ConnectionBar() {
  const { connection } = useDashboard();
  const state = connection.state.value;
  return (
    <header class="connection" data-connection={state.kind}>
      <h1>katgate</h1>
      {/* Told to screen readers when it changes: the countdown must not be in here. */}
      <span class="connection-state" role="status">
        <span class="connection-shape" aria-hidden="true" />
        <Sentence state={state} />
      </span>
      <NextAttempt state={state} />
      <Session state={state} />
    </header>
  );
}

function Sentence({ state }: { state: ConnectionState }) {
  const { lostAt, now } = useDashboard();
  const since = lostAt.value === null ? "" : ` since ${clockTime(lostAt.value, now.value)} UTC`;
  switch (state.kind) {
    case "connected":
      return <>connected</>;
    case "connecting":
      return <>connecting{since && `, not connected${since}`}</>;
    case "waiting":
      return <>{`not connected${since}: ${state.reason}`}</>;
    case "refused":
      return <>{`refused${since}: ${state.reason}`}</>;
    default:
      return state satisfies never;
  }
}

function NextAttempt({ state }: { state: ConnectionState }) {
  const { connection, retryIn_s } = useDashboard();
  if (state.kind !== "waiting" && state.kind !== "refused") return null;
  const wait_s = retryIn_s.value;
  return (
    <>
      {wait_s !== null && <span>reconnecting in {Math.ceil(wait_s)} s</span>}
      <button type="button" onClick={() => connection.connect()}>
        {state.kind === "refused" ? "try again" : "now"}
      </button>
    </>
  );
}

/** Katgate's version and our role, and what was lost on the way. */
function Session({ state }: { state: ConnectionState }) {
  const { subscription } = useDashboard();
  const conflated = subscription.conflated.value;
  const gaps = subscription.gaps.value;
  return (
    <span class="session">
      {conflated > 0 && (
        <span class="lost" title="Readings replaced by newer ones: this browser was too slow">
          {count(conflated)} conflated
        </span>
      )}
      {gaps > 0 && (
        <span class="lost" title="Frames were missing; all sensors were asked for anew">
          {count(gaps)} {gaps === 1 ? "gap" : "gaps"}
        </span>
      )}
      {state.kind === "connected" && (
        <span>
          {state.hello.role && `${state.hello.role} · `}version {state.hello.version}
        </span>
      )}
    </span>
  );
}
