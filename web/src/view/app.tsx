/** The page: connection bar and notices on top, devices on the left, the selected one beside. */
import { ConnectionBar } from "./connection_bar";
import { useDashboard } from "./dashboard_context";
import { DeviceHeader } from "./device_header";
import { DeviceList } from "./device_list";
import { NoticeList } from "./notice_list";
import { SensorPanel } from "./sensor_panel";

export function App() {
  return (
    <>
      <ConnectionBar />
      <NoticeList />
      <div class="columns">
        <DeviceList />
        <main>
          <SelectedDevice />
        </main>
      </div>
    </>
  );
}

function SelectedDevice() {
  const { selected, location, devices } = useDashboard();
  const device = selected.value;
  if (device !== null) {
    return (
      <>
        <DeviceHeader device={device} />
        <SensorPanel key={device.name} device={device} />
      </>
    );
  }
  const wanted = location.place.value.device;
  const list = devices.list.value;
  if (list === null) return <p class="empty">Waiting for katgate's list of devices.</p>;
  if (wanted !== null) {
    return (
      <p class="empty" data-empty="unknown-device">
        There is no device named <b>{wanted}</b>. Those that katgate knows are in the list of
        devices.
      </p>
    );
  }
  return <p class="empty">No device is selected.</p>;
}
