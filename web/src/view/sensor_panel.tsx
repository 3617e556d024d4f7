/** The sensors of the selected device: filter, counts, and the table or why it is empty. */
import { useMemo } from "preact/hooks";
import { ABNORMAL_FILTER, filtered, parseFilter } from "../model/filter";
import { ABNORMAL } from "../model/sensors";
import type { Device } from "../wire";
import { useDashboard } from "./dashboard_context";
import { FilterBox } from "./filter_box";
import { count } from "./format";
import { SensorTable } from "./sensor_table";

export function SensorPanel({ device }: { device: Device }) {
  const { sensors, redraw, location, subscription, devices } = useDashboard();
  const revision = redraw.revision.value;
  const text = location.place.value.filter;
  const filter = useMemo(() => parseFilter(text), [text]);
  const needed = filter.needsStatus ? revision : -1;
  // Two numbers stand for the arrays inside: when sensors joined or left, when readings came in.
  const shown = useMemo(() => filtered(sensors, filter), [filter, sensors.listRevision, needed]);
  const oldSince = subscription.oldSince.value ?? devices.awaySince(device.name);
  return (
    <section class="sensors" aria-label={`Sensors of ${device.name}`}>
      <div class="tools">
        <FilterBox />
        <Counts shown={shown.length} />
      </div>
      {shown.length > 0 ? (
        <SensorTable shown={shown} oldSince={oldSince} label={`Sensors of ${device.name}`} />
      ) : (
        <Nothing device={device} />
      )}
    </section>
  );
}

function Counts({ shown }: { shown: number }) {
  const { sensors, location } = useDashboard();
  const parts = ABNORMAL.filter((status) => sensors.counts[status] > 0).map(
    (status) => `${count(sensors.counts[status])} ${status}`,
  );
  return (
    <>
      <span class="count" data-count="sensors">
        {count(shown)} of {count(sensors.size)} sensors
      </span>
      {sensors.abnormal > 0 ? (
        <button
          type="button"
          class="count abnormal"
          data-count="abnormal"
          title="Show only these"
          onClick={() => location.replace({ filter: ABNORMAL_FILTER })}
        >
          {count(sensors.abnormal)} abnormal: {parts.join(", ")}
        </button>
      ) : (
        <span class="count" data-count="abnormal">
          0 abnormal
        </span>
      )}
    </>
  );
}

function Nothing({ device }: { device: Device }) {
  const { sensors, subscription, connection, location } = useDashboard();
  const phase = subscription.phase.value;
  if (phase.kind === "failed") return <p class="empty problem">{phase.detail}</p>;
  if (sensors.size > 0) {
    return (
      <p class="empty" data-empty="no-match">
        None of the {count(sensors.size)} sensors matches the filter.{" "}
        <button type="button" onClick={() => location.replace({ filter: "" })}>
          clear the filter
        </button>
      </p>
    );
  }
  if (phase.kind === "live") {
    return (
      <p class="empty" data-empty="no-sensors">
        {device.name} has no sensors yet; it is {device.state}.
      </p>
    );
  }
  const isConnected = connection.state.value.kind === "connected";
  return (
    <p class="empty">
      {isConnected
        ? "Asking for the sensors."
        : "Not known yet: there is no connection to katgate."}
    </p>
  );
}
