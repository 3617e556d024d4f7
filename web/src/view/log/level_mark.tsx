/** The level of a log message as word, shape and colour. */
import type { Level } from "../../model/log/log_row";
import { Mark } from "../marks";

/** What a level looks like: as the status that calls as loud. */
const LOOKS = {
  trace: "inactive",
  debug: "inactive",
  info: "nominal",
  warn: "warn",
  error: "error",
  fatal: "failure",
  unknown: "unknown",
} as const;

export function LevelMark({ level }: { level: Level | "unknown" }) {
  return <Mark word={level} look={LOOKS[level]} />;
}
