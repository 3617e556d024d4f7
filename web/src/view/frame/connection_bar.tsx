/** Whether what the page shows is live, and if not, since when and what comes next. */
import type { ConnectionState } from "../../client/connection";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";
import { UserMenu } from "../login/user_menu";
import { KeysDialog } from "./keys_dialog";
import { SettingsMenu } from "./settings_menu";
import "./frame.css";

export function ConnectionBar() {
  const state = useDashboard().connection.value;
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
      <UserMenu state={state} />
      <SettingsMenu />
      <KeysDialog />
    </header>
  );
}

function Sentence({ state }: { state: ConnectionState }) {
  const { lostAt, now } = useDashboard();
  const times = useTimes();
  const since =
    lostAt.value === null ? "" : ` since ${times.clock(lostAt.value, now.value)}${times.suffix}`;
  switch (state.kind) {
    case "connected":
      return <>connected</>;
    case "connecting":
      return <>connecting{since && `, not connected${since}`}</>;
    case "waiting":
      return <>{`not connected${since}: ${state.reason}`}</>;
    case "refused":
      return <>{`refused${since}: ${state.reason}`}</>;
    case "login-needed":
      return <>{`not logged in${since}`}</>;
    case "closed":
      return <>{`not connected${since}: nobody looked at this page`}</>;
    default:
      return state satisfies never;
  }
}

function NextAttempt({ state }: { state: ConnectionState }) {
  const { katgate, retryIn_s } = useDashboard();
  if (state.kind !== "waiting" && state.kind !== "refused") return null;
  const wait_s = retryIn_s.value;
  return (
    <>
      {wait_s !== null && <span>reconnecting in {Math.ceil(wait_s)} s</span>}
      <button type="button" onClick={() => katgate.connection.connect()}>
        {state.kind === "refused" ? "try again" : "now"}
      </button>
    </>
  );
}

/** What was lost on the way; where there are no logins, katgate's version and our role. */
function Session({ state }: { state: ConnectionState }) {
  const { conflated, gaps, isCongested, login, restartedAt, now } = useDashboard();
  const times = useTimes();
  return (
    <span class="session">
      {restartedAt.value !== null && (
        <span data-session="restarted" title="What was sent while it was away is not known here">
          katgate was restarted, back at {times.clock(restartedAt.value, now.value)}
          {times.suffix}
        </span>
      )}
      {isCongested.value && (
        <span class="lost" data-session="congested">
          congested: newest readings only
        </span>
      )}
      {conflated.value > 0 && (
        <span
          class="lost"
          data-session="conflated"
          title="Readings replaced by newer ones on their way: this browser or its network was too slow"
        >
          {count(conflated.value)} conflated
        </span>
      )}
      {gaps.value > 0 && (
        <span
          class="lost"
          data-session="gaps"
          title="Frames were missing; what they were about was asked for anew"
        >
          {count(gaps.value)} {gaps.value === 1 ? "gap" : "gaps"}
        </span>
      )}
      {state.kind === "connected" && login.isOpen.value && (
        <span>
          {state.hello.role && `${state.hello.role} · `}version {state.hello.version}
        </span>
      )}
    </span>
  );
}
