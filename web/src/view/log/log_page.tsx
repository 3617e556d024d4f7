/** What devices say by themselves: their log messages and other informs, as they come. */
import { useEffect } from "preact/hooks";
import { LEVELS } from "../../model/log/log_row";
import { devicesMeant } from "../../model/sensors/selection";
import { useDashboard } from "../dashboard_context";
import { LogRows } from "./log_rows";
import { LogTools } from "./log_tools";
import "./log.css";

export function LogPage() {
  const { heard, log, location, devices, selection } = useDashboard();
  const list = devices.list.value;
  const isKnown = selection.value.kind === "one" || selection.value.kind === "many";
  const pattern = isKnown ? location.device : "";
  useEffect(() => {
    if (pattern === "" || list === null) return;
    heard.listen(
      pattern,
      devicesMeant(pattern, list).map(({ name }) => name),
    );
  }, [heard, pattern, list === null]);
  const [level, name, text] = [
    location.get("level"),
    location.get("speaker"),
    location.get("text"),
  ];
  useEffect(() => {
    log.setFilter({ level: LEVELS.find((one) => one === level) ?? null, name, text });
  }, [log, level, name, text]);
  return (
    <section class="log" aria-label="Log">
      <LogTools />
      {isKnown ? (
        <LogRows withDevice={selection.value.kind === "many"} />
      ) : (
        <p class="empty">Choose a device, or all of them.</p>
      )}
    </section>
  );
}
