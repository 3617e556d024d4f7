/**
 * Devices, and the subsystems of the chosen one: each a link to its sensors, with the worst
 * there is below it. Up and Down go from link to link.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { leaseOf } from "../../model/requests/lease";
import { ALL_DEVICES, devicesNamed } from "../../model/sensors/selection";
import { rollUp } from "../../model/sensors/subsystems";
import type { Device, Status } from "../../wire";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";
import { StateMark } from "../marks";
import { RollUpMark } from "./roll_up_mark";
import { SubsystemList } from "./subsystem_list";
import "./tree.css";

/** More are searched, and are one step for Tab. */
const FEW = 20;

export function DeviceTree() {
  const { devices, connection, isTreeOpen, location } = useDashboard();
  const [typed, setTyped] = useState("");
  const tree = useRef<HTMLElement>(null);
  const all = devices.list.value;
  const isMany = all !== null && all.length > FEW;
  const list = isMany && typed !== "" ? devicesNamed(typed, all) : all;
  const isOpen = isTreeOpen.value;
  useEffect(() => {
    if (!isOpen) return;
    const links = tree.current?.querySelectorAll<HTMLElement>("input, a") ?? [];
    ([...links].find((link) => link.ariaCurrent === "page") ?? links[0])?.focus();
  }, [isOpen]);
  const isOld = connection.value.kind !== "connected";
  const isAll = location.device === ALL_DEVICES;
  return (
    <nav
      id="tree"
      ref={tree}
      class="devices"
      aria-labelledby="devices-title"
      data-old={isOld}
      data-open={isOpen}
      onKeyDown={(event) => {
        moveByArrows(event);
        if (event.key !== "Escape" || !isOpen) return;
        isTreeOpen.value = false;
        document.querySelector<HTMLElement>(".tree-button")?.focus();
      }}
      onClick={({ target }) => {
        if (target instanceof Element && target.closest("a")) isTreeOpen.value = false;
      }}
    >
      <h2 id="devices-title">Devices {all !== null && <small>{count(all.length)}</small>}</h2>
      {isMany && (
        <input
          type="search"
          class="device-search"
          aria-label="Search devices"
          placeholder="search devices"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={({ currentTarget: { value } }) => setTyped(value)}
        />
      )}
      {devices.problem.value !== null && <p class="problem">{devices.problem.value}</p>}
      {all?.length === 0 && (
        <p class="empty" data-empty="no-devices">
          No devices are configured.
        </p>
      )}
      <ul>
        {all !== null && all.length > 1 && (
          <li class="all-devices">
            <a href={hrefOf(location, ALL_DEVICES)} aria-current={isAll ? "page" : undefined}>
              <span class="device-name">All devices</span>
              <RollUpMark {...rollUp(sumOf(all))} />
            </a>
          </li>
        )}
        {list?.map((device) => (
          <Entry key={device.name} device={device} isTabbed={!isMany} />
        ))}
      </ul>
      {list?.length === 0 && typed !== "" && <p class="empty">No device is named so.</p>}
    </nav>
  );
}

interface EntryProps {
  readonly device: Device;
  /** Whether Tab comes to it, though another one is chosen. */
  readonly isTabbed: boolean;
}

function Entry({ device, isTabbed }: EntryProps) {
  const { location, now, chosenByItself, greeted } = useDashboard();
  const times = useTimes();
  const lease = device.lease === null ? null : leaseOf(device, now.value);
  const isSelected = location.device === device.name;
  const isOpen = isSelected && location.page === "sensors" && chosenByItself.value !== device.name;
  return (
    <li data-device={device.name} data-state={device.state}>
      <a
        href={hrefOf(location, device.name)}
        aria-current={isSelected && location.get("under") === "" ? "page" : undefined}
        tabIndex={isTabbed || isSelected ? 0 : -1}
        data-selected={isSelected}
        onClick={() => {
          chosenByItself.value = null;
        }}
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
        {lease !== null && (
          <span class="device-lease">
            {lease.holder === greeted.value?.user ? "you command" : `${lease.holder} commands`}
          </span>
        )}
        {device.error !== null && <span class="device-error">{device.error}</span>}
      </a>
      {isOpen && <SubsystemList device={device.name} />}
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
