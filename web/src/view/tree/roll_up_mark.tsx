/** How many below are abnormal and what the worst is; nothing where all is well. */
import type { RollUp } from "../../model/sensors/subsystems";
import { count } from "../format";
import { StatusMark } from "../marks";

export function RollUpMark({ abnormal, worst }: RollUp) {
  if (worst === null) return null;
  return (
    <span
      class="roll-up"
      data-abnormal={abnormal}
      title={`${count(abnormal)} sensors are abnormal`}
    >
      <span class="roll-up-count">{count(abnormal)}</span>
      <StatusMark status={worst} />
    </span>
  );
}
