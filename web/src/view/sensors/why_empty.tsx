/** Why there are no rows, and what to do about it. */
import { useDashboard, useReadings } from "../dashboard_context";
import { count } from "../format";

export function WhyEmpty({ problem }: { problem: string | null }) {
  const { sensors, watched, connection, location, selection } = useDashboard();
  useReadings();
  const state = watched.state.value;
  if (state.kind === "failed") return <p class="empty problem">{state.problem.detail}</p>;
  if (sensors.size > 0) {
    return (
      <p class="empty" data-empty="no-match">
        {problem ?? `None of the ${count(sensors.size)} sensors matches the filter.`}{" "}
        <button type="button" onClick={() => location.replace({ filter: null, under: null })}>
          clear the filter
        </button>
      </p>
    );
  }
  if (state.kind === "live") {
    const chosen = selection.value;
    const words =
      chosen.kind === "one"
        ? `${chosen.device.name} has no sensors yet; it is ${chosen.device.state}.`
        : "There are no sensors yet.";
    return (
      <p class="empty" data-empty="no-sensors">
        {words}
      </p>
    );
  }
  return (
    <p class="empty">
      {connection.value.kind === "connected"
        ? "Asking for the sensors."
        : "Not known yet: there is no connection to katgate."}
    </p>
  );
}
