/** The sensors of what is chosen: who it is, what is looked for, the table, and one in detail. */
import { useDashboard } from "../dashboard_context";
import { count } from "../format";
import { DeviceHeader } from "./device_header";
import { SensorDetail } from "./sensor_detail";
import { SensorTable } from "./sensor_table";
import { TableTools } from "./table_tools";
import { useShownSensors } from "./use_shown_sensors";
import { WhyEmpty } from "./why_empty";
import "./sensors.css";

export function SensorsPage() {
  const { selection, devices } = useDashboard();
  const chosen = selection.value;
  switch (chosen.kind) {
    case "none":
      return (
        <p class="empty">
          {devices.list.value === null
            ? "Waiting for katgate's list of devices."
            : "No device is selected."}
        </p>
      );
    case "unknown":
      return (
        <p class="empty" data-empty="unknown-device">
          There is no device named <b>{chosen.pattern}</b>. Those that katgate knows are in the list
          of devices.
        </p>
      );
    case "one":
      return (
        <>
          <DeviceHeader device={chosen.device} />
          <SensorPanel key={chosen.pattern} of={chosen.device.name} />
        </>
      );
    case "many":
      return (
        <>
          <header class="device">
            <h2>{chosen.pattern === "*" ? "All devices" : chosen.pattern}</h2>
            <span>
              {count(chosen.devices.length)} {chosen.devices.length === 1 ? "device" : "devices"}
            </span>
          </header>
          <SensorPanel key={chosen.pattern} of={chosen.pattern} />
        </>
      );
    default:
      return chosen satisfies never;
  }
}

function SensorPanel({ of }: { of: string }) {
  const { location } = useDashboard();
  const { sensors, shown, problem } = useShownSensors();
  const label = `Sensors of ${of === "*" ? "all devices" : of}`;
  return (
    <section class="sensors" aria-label={label}>
      <TableTools of={of} shown={shown.length} problem={problem} />
      <div class="table-and-detail">
        {shown.length > 0 ? (
          <SensorTable sensors={sensors} shown={shown} label={label} />
        ) : (
          <WhyEmpty problem={problem} />
        )}
        {location.get("sensor") !== "" && <SensorDetail />}
      </div>
    </section>
  );
}
