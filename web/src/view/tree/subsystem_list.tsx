/** The subsystems of a device as nested lists, each level opened where somebody looks. */
import { useMemo } from "preact/hooks";
import { type Subsystem, subsystemsOf } from "../../model/sensors/subsystems";
import { visible } from "../../model/words";
import { useDashboard, useReadings } from "../dashboard_context";
import { count } from "../format";
import { RollUpMark } from "./roll_up_mark";

export function SubsystemList({ device }: { device: string }) {
  const { sensors, now } = useDashboard();
  useReadings();
  // Counted anew once a second at most: it looks at every sensor.
  const second = sensors.statusRevision === 0 ? 0 : Math.floor(now.value);
  const list = useMemo(
    () => subsystemsOf(sensors, device),
    [sensors, device, sensors.listRevision, second],
  );
  return <Level list={list} />;
}

function Level({ list }: { list: readonly Subsystem[] }) {
  if (list.length === 0) return null;
  return (
    <ul class="subsystems">
      {list.map((subsystem) => (
        <Branch key={subsystem.path} subsystem={subsystem} />
      ))}
    </ul>
  );
}

function Branch({ subsystem }: { subsystem: Subsystem }) {
  const { location } = useDashboard();
  const { name, path, sensors, abnormal, worst, children } = subsystem;
  const under = location.get("under");
  const isOpen = under === path || under.startsWith(`${path}.`);
  return (
    <li data-subsystem={path}>
      <a
        href={location.href({ page: null, under: path, sensor: null })}
        tabIndex={-1} // reached by Down: Tab would take as long as there are boards
        aria-current={under === path ? "page" : undefined}
      >
        <span class="subsystem-name" title={path}>
          {children.length > 0 && <span aria-hidden="true">{isOpen ? "▾ " : "▸ "}</span>}
          {visible(name)}
        </span>
        <RollUpMark abnormal={abnormal} worst={worst} />
        <span class="device-sensors">{count(sensors)}</span>
      </a>
      {isOpen && <Level list={children} />}
    </li>
  );
}
