/** Why there is nothing to compare. */
import { useDashboard } from "../dashboard_context";

/** `what` the devices were asked for, as `a sensor temperature`. */
export function WhyNone({ what }: { what: string }) {
  const { compared, connection } = useDashboard();
  const state = compared.state.value;
  switch (state.kind) {
    case "failed":
      return <p class="empty problem">{state.problem.detail}</p>;
    case "live":
    case "ended":
      return (
        <p class="empty" data-empty="no-such-sensor">
          None of the devices has {what}.
        </p>
      );
    case "waiting":
    case "asked":
    case "filling":
      return (
        <p class="empty">
          {connection.value.kind === "connected"
            ? `Asking the devices for ${what}.`
            : "Not known yet: there is no connection to katgate."}
        </p>
      );
    default:
      return state satisfies never;
  }
}
