/** Above the table: filter, counts, pause, and which columns there are. */
import { ABNORMAL_FILTER } from "../../model/sensors/filter";
import { ABNORMAL } from "../../model/sensors/sensors";
import { visible } from "../../model/words";
import { CopyAs } from "../copy_as";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { count } from "../format";
import { ColumnsMenu } from "./columns_menu";
import { FilterBox } from "./filter_box";

interface Props {
  /** A device's name, or a glob. */
  readonly of: string;
  readonly shown: number;
  /** What is wrong with the filter, or null. */
  readonly problem: string | null;
}

export function TableTools({ of, shown, problem }: Props) {
  const { sensors, location } = useDashboard();
  useReadings();
  const under = location.get("under");
  return (
    <div class="tools">
      <FilterBox problem={problem} />
      {under !== "" && (
        <button type="button" class="under" onClick={() => location.go({ under: null })}>
          in {visible(under)} <span aria-hidden="true">✕</span>
          <span class="only-heard">: show all subsystems</span>
        </button>
      )}
      <span class="count" data-count="sensors">
        {count(shown)} of {count(sensors.size)} sensors
      </span>
      <Abnormal />
      <span class="tool-buttons">
        <PauseButton />
        <ColumnsMenu />
        <CopyAs
          seen={{ kind: "selection", device: of, sensors: ["*"], strategy: "event" }}
          what="these sensors"
        />
      </span>
    </div>
  );
}

function Abnormal() {
  const { sensors, location } = useDashboard();
  useReadings();
  const isAny = sensors.abnormal > 0;
  const parts = ABNORMAL.filter((status) => sensors.counts[status] > 0).map(
    (status) => `${count(sensors.counts[status])} ${status}`,
  );
  return (
    <button
      type="button" // also where there are none: it would take the focus away with it
      class={isAny ? "count abnormal" : "count none-abnormal"}
      data-count="abnormal"
      title="Show only these"
      onClick={() => location.go({ filter: ABNORMAL_FILTER })}
    >
      {count(sensors.abnormal)} abnormal{isAny && `: ${parts.join(", ")}`}
    </button>
  );
}

function PauseButton() {
  const dashboard = useDashboard();
  const times = useTimes();
  const pause = dashboard.pause.value;
  return (
    <>
      {pause !== null && (
        <span class="paused-note" role="status">
          paused at {times.clock(pause.at, dashboard.now.value)}
          {times.suffix}
        </span>
      )}
      <button
        type="button"
        aria-pressed={pause !== null}
        aria-keyshortcuts="Space"
        title="Let the values stand still (Space in the table)"
        data-button="pause"
        onClick={() => dashboard.togglePause()}
      >
        {pause === null ? "Pause" : "Go on"}
      </button>
    </>
  );
}
