/** One request that was sent from this page: what was asked, and what became of it. */

import type { RequestOutcome } from "../../client/katgate";
import type { Problem, Word } from "../../wire";
import type { InformsKept } from "./informs_kept";

export interface Asked {
  readonly device: string;
  readonly request: string;
  readonly arguments: readonly string[];
  /** Seconds; null: as katgate has it. */
  readonly timeout_s: number | null;
}

export type EntryState =
  | { readonly kind: "waiting" }
  | { readonly kind: "ok"; readonly arguments: readonly Word[]; readonly duration_s: number }
  /** The device said no; `words` are its own. */
  | { readonly kind: "failed"; readonly words: string; readonly detail: string }
  | { readonly kind: "timed-out"; readonly elapsed_s: number | null; readonly detail: string }
  /** It may have been carried out or not: nobody here knows. */
  | { readonly kind: "lost"; readonly detail: string }
  /** It was surely not sent to the device. */
  | { readonly kind: "not-sent"; readonly detail: string }
  | { readonly kind: "unconfirmed"; readonly detail: string };

export interface Entry {
  readonly key: number;
  readonly asked: Asked;
  /** When it was sent: UNIX seconds. */
  readonly time: number;
  readonly informs: InformsKept;
  /** Informs that came in before the page was loaded anew, and are not here any more. */
  readonly informsGone: number;
  state: EntryState;
  /** From sending to the end; null while it waits, and where it is not known. */
  duration_s: number | null;
}

export function stateOf(outcome: RequestOutcome, device: string): EntryState {
  switch (outcome.kind) {
    case "ok":
      return { kind: "ok", arguments: outcome.arguments, duration_s: outcome.duration_s };
    case "lost":
      return lostState(outcome.wasSent, device);
    case "problem":
      return problemState(outcome.problem);
    default:
      return outcome satisfies never;
  }
}

function lostState(wasSent: boolean, device: string): EntryState {
  if (!wasSent) return { kind: "not-sent", detail: "There is no connection to katgate." };
  const detail = `The connection to katgate was lost before the reply. Whether ${device} has carried it out is not known.`;
  return { kind: "lost", detail };
}

/** Codes of katgate's problems after which the device may have heard the request. */
function problemState({ code, detail, reply, elapsed_s }: Problem): EntryState {
  switch (code) {
    case "device-failed":
    case "device-invalid":
      return { kind: "failed", words: reply ?? detail, detail };
    case "device-timeout":
      return { kind: "timed-out", elapsed_s, detail };
    case "device-disconnected":
      // Should the sentence ever change, "nobody knows" is the safe side.
      return { kind: detail.includes("is not connected") ? "not-sent" : "lost", detail };
    case "shutting-down":
      return { kind: detail.includes("was not begun") ? "not-sent" : "lost", detail };
    case "internal":
      return { kind: "lost", detail };
    case "unknown-request":
      return reply === null
        ? { kind: "not-sent", detail }
        : { kind: "failed", words: reply, detail };
    case "confirm-required":
      return { kind: "unconfirmed", detail };
    default:
      return { kind: "not-sent", detail };
  }
}
