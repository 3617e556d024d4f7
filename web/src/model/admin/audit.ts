/** Who did what: the audit log as admins see it, newest first. */
import type { Katgate } from "../../client/katgate";
import type { AuditJson, AuditRecord } from "../../generated";
import { asNumber, asText, each, isFields, textOrNull } from "../../parse_parts";

export interface Deed {
  readonly number: number;
  /** UNIX seconds; NaN where it cannot be read. */
  readonly time: number;
  readonly what: string;
  /** Null: nobody known, or katgate itself. */
  readonly user: string | null;
  readonly address: string;
  readonly device: string;
  /** The request with its arguments, as far as they are kept. */
  readonly line: string;
  readonly outcome: string;
  /** Why it was refused or failed. */
  readonly detail: string;
  /** So many equal ones within a second. */
  readonly count: number;
}

export interface AuditPage {
  readonly deeds: readonly Deed[];
  /** Where the older ones begin; null: there are none. */
  readonly next: number | null;
  /** How many the file has not. */
  readonly unwritten: number;
}

export interface AuditFilter {
  readonly user: string;
  readonly device: string;
  readonly outcome: string;
}

export const OUTCOMES: readonly AuditRecord["outcome"][] = [
  "ok",
  "failed",
  "invalid",
  "timeout",
  "lost",
  "cancelled",
  "unsent",
  "refused",
];

/** Rejects with KatgateError. */
export async function fetchAudit(
  katgate: Katgate,
  filter: AuditFilter,
  before: number | null,
): Promise<AuditPage> {
  const asked = Object.entries(filter).filter(([, text]) => text !== "");
  if (before !== null) asked.push(["before", String(before)]);
  return parseAudit(await katgate.fetchJson(`audit?${new URLSearchParams(asked)}`));
}

export function parseAudit(answer: unknown): AuditPage {
  const page = isFields<AuditJson>(answer) ? answer : {};
  return {
    deeds: each(page.records, deed),
    next: asNumber(page.next),
    unwritten: asNumber(page.unwritten) ?? 0,
  };
}

function deed(entry: unknown): Deed | null {
  if (!isFields<AuditRecord>(entry) || typeof entry.number !== "number") return null;
  const words = each(entry.arguments, textOrNull);
  return {
    number: entry.number,
    time: Date.parse(asText(entry.time)) / 1000,
    what: asText(entry.what),
    user: textOrNull(entry.user),
    address: asText(entry.address),
    device: asText(entry.device),
    line: [asText(entry.request), ...words].join(" ").trim(),
    outcome: asText(entry.outcome),
    detail: asText(entry.detail) || asText(entry.why),
    count: asNumber(entry.count) ?? 1,
  };
}
