/** Which devices are compared, and by which sensors. */
import { useEffect, useState } from "preact/hooks";
import { ARRANGEMENTS, type Arrangement, parseArrangement } from "../../model/compare/arrangement";
import { families } from "../../model/compare/comparison";
import { devicesMeant } from "../../model/sensors/selection";
import { visible } from "../../model/words";
import { CopyAs } from "../copy_as";
import { useDashboard } from "../dashboard_context";

const ORDERS: Readonly<Record<Arrangement, string>> = {
  device: "by device",
  value: "by value",
  oddest: "oddest first",
};

interface Props {
  readonly devices: string;
  readonly names: readonly string[];
}

export function CompareTools({ devices, names }: Props) {
  const { location, devices: known } = useDashboard();
  const list = known.list.value ?? [];
  const globs = families(list);
  const [family] = globs;
  useEffect(() => {
    if (devices === "" && family !== undefined) location.replace({ over: family });
  }, [devices, family]);
  const suggested = useSensorNames(devicesMeant(devices, list)[0]?.name ?? null);
  return (
    <form class="tools" onSubmit={(event) => event.preventDefault()}>
      <TypedBox
        key={devices}
        title="Devices"
        name="over"
        list="families"
        given={devices}
        onTyped={(over) => location.go({ over })}
      />
      <datalist id="families">
        {[...globs, ...list.map(({ name }) => name)].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TypedBox
        key={names.length}
        title="Sensor"
        name="compared"
        list="sensor-names"
        given=""
        hint={names.length === 0 ? "a sensor's name" : "another one"}
        onTyped={(added) => location.go({ compared: [...new Set([...names, added])] })}
      />
      <datalist id="sensor-names">
        {suggested.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          class="under"
          aria-label={`Compare ${visible(name)} no more`}
          onClick={() => location.go({ compared: names.filter((other) => other !== name) })}
        >
          {visible(name)} <span aria-hidden="true">✕</span>
        </button>
      ))}
      <label>
        Order{" "}
        <select
          value={parseArrangement(location.get("arranged"))}
          onChange={({ currentTarget: { value } }) =>
            location.replace({ arranged: value === "device" ? null : value })
          }
        >
          {ARRANGEMENTS.map((one) => (
            <option key={one} value={one}>
              {ORDERS[one]}
            </option>
          ))}
        </select>
      </label>
      {names.length > 0 && devices !== "" && (
        <CopyAs
          seen={{ kind: "selection", device: devices, sensors: names, strategy: "event" }}
          what="what is compared"
        />
      )}
    </form>
  );
}

interface TypedBoxProps {
  readonly title: string;
  readonly name: string;
  /** Of a datalist. */
  readonly list: string;
  readonly given: string;
  readonly hint?: string;
  readonly onTyped: (text: string) => void;
}

/** Keeps what is being typed, however often the page is drawn meanwhile. */
function TypedBox({ title, name, list, given, hint = "", onTyped }: TypedBoxProps) {
  const [typed, setTyped] = useState(given);
  return (
    <label>
      {title}{" "}
      <input
        class="filter"
        name={name}
        list={list}
        value={typed}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget: { value } }) => setTyped(value)}
        onChange={() => {
          if (typed.trim() !== "") onTyped(typed.trim());
        }}
      />
    </label>
  );
}

const MOST_SUGGESTED = 1000;

/** What one of the devices has: the others are of its kind. */
function useSensorNames(device: string | null): readonly string[] {
  const { katgate } = useDashboard();
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    setNames([]);
    if (device === null) return;
    katgate
      .sensorsOf(device, MOST_SUGGESTED)
      .then((sensors) => {
        if (isCurrent) setNames(sensors.map(({ name }) => name));
      })
      .catch(() => {}); // only suggestions are missing
    return () => {
      isCurrent = false;
    };
  }, [katgate, device]);
  return names;
}
