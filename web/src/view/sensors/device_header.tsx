/** Who the selected device is and how the connection to it does. */
import { Fragment } from "preact";
import type { Device } from "../../wire";
import { useDashboard, useTimes } from "../dashboard_context";
import { count, formatAge } from "../format";
import { LeaseLine } from "../lease/lease_line";
import { StateMark } from "../marks";
import { HostingButtons } from "./hosting_buttons";
import "./device_header.css";

export function DeviceHeader({ device }: { device: Device }) {
  const { now, connection } = useDashboard();
  const times = useTimes();
  const isOld = connection.value.kind !== "connected";
  return (
    <header class="device" data-old={isOld}>
      <h2>{device.name}</h2>
      <StateMark state={device.state} />
      {device.since !== null && (
        <span>
          since {times.clock(device.since, now.value)}
          {times.suffix} ({formatAge(now.value - device.since)})
        </span>
      )}
      <dl>
        <dt>address</dt>
        <dd>{device.address}</dd>
        <dt>protocol</dt>
        <dd>{device.protocol || "not known yet"}</dd>
        <dt>reconnects</dt>
        <dd>{count(device.reconnects)}</dd>
        {device.isHosted && (
          <>
            <dt>hosted</dt>
            <dd>by this katgate</dd>
          </>
        )}
      </dl>
      <Versions versions={device.versions} />
      <HostingButtons key={device.name} device={device} />
      <LeaseLine key={`lease ${device.name}`} device={device} isOffered={false} />
      {device.error !== null && <p class="problem">{device.error}</p>}
    </header>
  );
}

function Versions({ versions }: Pick<Device, "versions">) {
  const components = Object.entries(versions);
  if (components.length === 0) return null;
  return (
    <details>
      <summary>versions</summary>
      <dl>
        {components.map(([component, parts]) => (
          <Fragment key={component}>
            <dt>{component}</dt>
            <dd>{parts.filter(Boolean).join(" · ")}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
