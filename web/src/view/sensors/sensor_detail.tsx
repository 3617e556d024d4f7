/** One sensor with all that is known of it: its whole value, its limits, how it is sampled. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { familyOf } from "../../model/compare/comparison";
import { nameText, parseName, type SensorName } from "../../model/sensors/sensor_name";
import { visible, visibleLines } from "../../model/words";
import type { Sensor } from "../../wire";
import { CopyAs, CopyText } from "../copy_as";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { formatAge, formatValue } from "../format";
import { StatusMark } from "../marks";
import "./sensor_detail.css";

export function SensorDetail() {
  const { location, sensors } = useDashboard();
  useReadings();
  const place = parseName(location.get("sensor"));
  const index = place === null ? null : sensors.indexOf(place.device, place.name);
  const sensor = index === null ? undefined : sensors.about[index];
  const close = () => {
    location.go({ sensor: null });
    document.querySelector<HTMLElement>("[role=grid]")?.focus(); // not lost with the panel
  };
  return (
    <aside
      class="detail"
      aria-label="One sensor"
      data-detail={place?.name}
      onKeyDown={({ key }) => key === "Escape" && close()}
    >
      <div class="detail-head">
        <h3>{visible(place?.name ?? location.get("sensor"))}</h3>
        <button type="button" onClick={close} aria-label="Close">
          ✕
        </button>
      </div>
      {place === null || sensor === undefined || index === null ? (
        <Elsewhere device={place?.device ?? ""} />
      ) : (
        <Known key={nameText(sensor)} sensor={sensor} index={index} />
      )}
    </aside>
  );
}

/** As a shared link has it, or when the sensor is gone. */
function Elsewhere({ device }: { device: string }) {
  const { devices, location, selection } = useDashboard();
  const isThere = devices.find(device) !== null && selection.value.kind !== "none";
  if (!isThere || location.device === device) {
    return <p class="empty">It is not among the sensors that are known.</p>;
  }
  return (
    <p class="empty">
      It is a sensor of another device:{" "}
      <a href={location.href({ device, under: null, filter: null })}>go to {device}</a>
    </p>
  );
}

function Known({ sensor, index }: { sensor: Sensor; index: number }) {
  const { sensors, now, inView, devices, lostAt, oldSince, location, hrefToPlot } = useDashboard();
  useReadings();
  const times = useTimes();
  const { device, name, description, type, units, params } = sensor;
  const timestamp = sensors.timestamps[index] ?? null;
  const received = sensors.received[index] ?? null;
  const status = sensors.statuses[index] ?? "unknown";
  const { exact } = formatValue(sensors.values[index] ?? null, type, times);
  const sampling = useSampling(sensor, devices.find(device)?.state ?? "");
  useEffect(() => {
    inView.show("detail", [sensor], device);
    return () => inView.show("detail", [], device);
  }, [inView, device, name]);
  const family = familyOf(device);
  const old = oldSince(device) ?? (status === "unreachable" ? received : null);
  return (
    <>
      {description !== "" && <p class="detail-description">{visibleLines(description)}</p>}
      <pre class="detail-value" data-detail-value data-old={old !== null}>
        {visibleLines(exact)}
      </pre>
      {old !== null && (
        <p class="old-note">
          not live since {times.clock(old, now.value)}
          {times.suffix} ({formatAge(now.value - old)})
          {lostAt.value !== null && ": there is no connection to katgate"}
        </p>
      )}
      <p class="detail-links">
        <a href={hrefToPlot(sensor)}>Plot</a>
        {family.includes("*") && (
          <a href={location.href({ page: "compare", over: family, compared: name })}>
            Compare over {family}
          </a>
        )}
        <CopyAs seen={{ kind: "sensor", device, sensor: name }} what={`sensor ${visible(name)}`} />
        <CopyText text={exact} label="Copy value" what={`of ${visible(name)}`} />
      </p>
      <dl>
        <Fact name="status">
          <StatusMark status={status} />
        </Fact>
        <Fact name="units">{visible(units)}</Fact>
        <Fact name="device">{device}</Fact>
        <Fact name="type">{visible(type)}</Fact>
        <Fact name={type === "discrete" ? "values" : "limits"}>
          {visible(params.map((param) => formatValue(param, type, times).exact).join(", "))}
        </Fact>
        <Fact name="device time">{timestamp === null ? "" : times.stamp(timestamp)}</Fact>
        <Fact name="received">
          {received !== null && `${times.stamp(received)}, ${formatAge(now.value - received)} ago`}
        </Fact>
        <Fact name="sampled by katgate">{sampling}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === "" || children === false) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The strategy that the device was told: asked for when the sensor is opened. */
function useSampling({ device, name }: SensorName, state: string): string {
  const { katgate } = useDashboard();
  const [sampling, setSampling] = useState("");
  useEffect(() => {
    let isCurrent = true;
    const path = `devices/${encodeURIComponent(device)}/sensors/${encodeURIComponent(name)}`;
    katgate
      .fetchJson(path)
      .then((answer) => {
        if (isCurrent) setSampling(samplingOf(answer));
      })
      .catch(() => {
        if (isCurrent) setSampling("");
      });
    return () => {
      isCurrent = false;
    };
  }, [katgate, device, name, state]);
  return sampling;
}

function samplingOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("sampling" in answer)) return "";
  return typeof answer.sampling === "string" ? answer.sampling : "not while the device is away";
}
