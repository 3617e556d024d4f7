/** Above the log: what is let through, follow or pause, forget, and save. */
import { logText } from "../../model/log/log_export";
import { LEVELS } from "../../model/log/log_row";
import { CopyAs } from "../copy_as";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { count } from "../format";
import { saveFile } from "../save_file";

export function LogTools() {
  const { log, location } = useDashboard();
  useReadings();
  return (
    <div class="tools">
      <label>
        Level{" "}
        <select
          value={location.get("level")}
          onChange={({ currentTarget: { value } }) => location.replace({ level: value })}
        >
          <option value="">all informs</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {level} and above
            </option>
          ))}
        </select>
      </label>
      <Words field="speaker" label="Name" hint="who speaks, or the inform" />
      <Words field="text" label="Text" hint="words that must all be there" />
      <span class="count" data-count="informs">
        {count(log.shown.length)} of {count(log.size)}
      </span>
      <span class="tool-buttons">
        <FollowButton />
        <button type="button" onClick={() => log.clear()}>
          Clear
        </button>
        <SaveButton />
        <CopyAs
          seen={{
            kind: "informs",
            device: location.device,
            names: [],
            level: location.get("level") || null,
          }}
          what="these informs"
        />
      </span>
    </div>
  );
}

function Words({ field, label, hint }: { field: string; label: string; hint: string }) {
  const { location } = useDashboard();
  return (
    <label>
      {label}{" "}
      <input
        type="search"
        name={field}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        value={location.get(field)}
        onInput={({ currentTarget: { value } }) => location.replace({ [field]: value })}
      />
    </label>
  );
}

function FollowButton() {
  const { log } = useDashboard();
  useReadings(); // how many wait is no signal
  const isPaused = log.isPaused.value;
  return (
    <>
      {isPaused && log.waiting > 0 && (
        <span class="paused-note">{count(log.waiting)} more have come</span>
      )}
      <button
        type="button"
        aria-pressed={isPaused}
        data-button="pause"
        onClick={() => (isPaused ? log.follow() : log.pause())}
      >
        {isPaused ? "Follow" : "Pause"}
      </button>
    </>
  );
}

function SaveButton() {
  const { log, location, now } = useDashboard();
  const times = useTimes();
  const save = () => {
    const day = new Date(now.value * 1000).toISOString().slice(0, 19).replaceAll(":", "");
    const name = `log-${location.device.replace(/[^\w.-]+/g, "_")}-${day}Z.txt`;
    saveFile(name, "text/plain;charset=utf-8", logText(log.shown, times.stamp));
  };
  return (
    <button type="button" onClick={save}>
      Save as text
    </button>
  );
}
