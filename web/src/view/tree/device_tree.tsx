/**
 * Devices, and the subsystems of the chosen one: each a link to its sensors, with the worst
 * there is below it. Up and Down go from link to link.
 */
import { ALL_DEVICES } from "../../model/selection";
import { rollUp } from "../../model/subsystems";
import type { Device, Status } from "../../wire";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";
import { StateMark } from "../marks";
import { RollUpMark } from "./roll_up_mark";
import { SubsystemList } from "./subsystem_list";
import "./tree.css";

export function DeviceTree() {
  const { devices, connection, isTreeOpen, location } = useDashboard();
  const list = devices.list.value;
  const isOld = connection.value.kind !== "connected";
  const isAll = location.device === ALL_DEVICES;
  return (
    <nav
      id="tree"
      class="devices"
      aria-labelledby="devices-title"
      data-old={isOld}
      data-open={isTreeOpen.value}
      onKeyDown={moveByArrows}
      onClick={({ target }) => {
        if (target instanceof Element && target.closest("a")) isTreeOpen.value = false;
      }}
    >
      <h2 id="devices-title">Devices {list !== null && <small>{count(list.length)}</small>}</h2>
      {devices.problem.value !== null && <p class="problem">{devices.problem.value}</p>}
      {list?.length === 0 && (
        <p class="empty" data-empty="no-devices">
          No devices are configured.
        </p>
      )}
      <ul>
        {list !== null && list.length > 1 && (
          <li class="all-devices">
            <a href={hrefOf(location, ALL_DEVICES)} aria-current={isAll ? "page" : undefined}>
              <span class="device-name">All devices</span>
              <RollUpMark {...rollUp(sumOf(list))} />
            </a>
          </li>
        )}
        {list?.map((device) => (
          <Entry key={device.name} device={device} />
        ))}
      </ul>
    </nav>
  );
}

function Entry({ device }: { device: Device }) {
  const { location, now } = useDashboard();
  const times = useTimes();
  const isSelected = location.device === device.name;
  return (
    <li data-device={device.name} data-state={device.state}>
      <a
        href={hrefOf(location, device.name)}
        aria-current={isSelected && location.get("under") === "" ? "page" : undefined}
        data-selected={isSelected}
      >
        <span class="device-name">{device.name}</span>
        <StateMark state={device.state} />
        <span class="device-sensors">
          {count(device.sensors)} {device.sensors === 1 ? "sensor" : "sensors"}
        </span>
        <RollUpMark {...rollUp(device.statuses)} />
        {device.state !== "synced" && device.since !== null && (
          <span class="device-since">
            since {times.clock(device.since, now.value)}
            {times.suffix}
          </span>
        )}
        {device.error !== null && <span class="device-error">{device.error}</span>}
      </a>
      {isSelected && location.page === "sensors" && <SubsystemList device={device.name} />}
    </li>
  );
}

function hrefOf(location: { href(change: object): string }, device: string): string {
  return location.href({ device, under: null, sensor: null });
}

function sumOf(devices: readonly Device[]): Partial<Record<Status, number>> {
  const sum: Partial<Record<Status, number>> = {};
  for (const { statuses } of devices) {
    for (const [status, n] of Object.entries(statuses) as [Status, number][]) {
      sum[status] = (sum[status] ?? 0) + n;
    }
  }
  return sum;
}

function moveByArrows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links: readonly (Element | null)[] = [...event.currentTarget.querySelectorAll("a")];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}
