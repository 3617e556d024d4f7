/** All devices; each entry is a link to the page with that device selected. */
import { toHash } from "../model/location";
import type { Device } from "../wire";
import { useDashboard } from "./dashboard_context";
import { clockTime, count } from "./format";
import { StateMark } from "./marks";

export function DeviceList() {
  const { devices, connection } = useDashboard();
  const list = devices.list.value;
  const isOld = connection.state.value.kind !== "connected";
  return (
    <nav class="devices" aria-labelledby="devices-title" data-old={isOld}>
      <h2 id="devices-title">Devices {list !== null && <small>{count(list.length)}</small>}</h2>
      {devices.problem.value !== null && <p class="problem">{devices.problem.value}</p>}
      {list?.length === 0 && (
        <p class="empty" data-empty="no-devices">
          No devices are configured.
        </p>
      )}
      <ul>
        {list?.map((device) => (
          <Entry key={device.name} device={device} />
        ))}
      </ul>
    </nav>
  );
}

function Entry({ device }: { device: Device }) {
  const { location, selected, now } = useDashboard();
  const href = toHash({ ...location.place.value, device: device.name });
  const isSelected = selected.value?.name === device.name;
  return (
    <li data-device={device.name} data-state={device.state}>
      <a href={href} aria-current={isSelected ? "page" : undefined}>
        <span class="device-name">{device.name}</span>
        <StateMark state={device.state} />
        <span class="device-address">{device.address}</span>
        <span class="device-sensors">
          {count(device.sensors)} {device.sensors === 1 ? "sensor" : "sensors"}
        </span>
        {device.since !== null && (
          <span class="device-since">since {clockTime(device.since, now.value)}</span>
        )}
        {device.error !== null && <span class="device-error">{device.error}</span>}
      </a>
    </li>
  );
}
