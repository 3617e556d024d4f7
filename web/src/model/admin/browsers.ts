/** Who is connected, as admins see it: each WebSocket and event stream. */
import type { Katgate } from "../../client/katgate";
import type { BrowserJson, BrowserListJson } from "../../generated";
import { asNumber, asText, each, isFields, textOrNull } from "../../parse_parts";

export interface BrowserAbout {
  readonly id: number;
  readonly kind: string;
  /** Null: has not logged in. */
  readonly user: string | null;
  readonly role: string | null;
  readonly address: string;
  readonly agent: string;
  /** UNIX seconds. */
  readonly since: number | null;
  readonly subscriptions: number;
  /** Bytes that wait for it in katgate. */
  readonly queued: number;
  /** For so long it has not come to the end of what is due to it. */
  readonly lag_s: number;
  readonly conflated: number;
  readonly dropped: number;
}

/** Oldest first. Rejects with KatgateError. */
export async function fetchBrowsers(katgate: Katgate): Promise<readonly BrowserAbout[]> {
  return parseBrowsers(await katgate.fetchJson("browsers"));
}

/** End one's connection; it is told not to come back by itself. Rejects with KatgateError. */
export function throwOut(katgate: Katgate, { id }: BrowserAbout): Promise<unknown> {
  return katgate.fetchJson(`browsers/${id}`, { method: "DELETE" });
}

export function parseBrowsers(answer: unknown): readonly BrowserAbout[] {
  return isFields<BrowserListJson>(answer) ? each(answer.browsers, browser) : [];
}

function browser(entry: unknown): BrowserAbout | null {
  if (!isFields<BrowserJson>(entry) || typeof entry.id !== "number") return null;
  const counts = isFields(entry.subscriptions) ? Object.values(entry.subscriptions) : [];
  return {
    id: entry.id,
    kind: asText(entry.kind),
    user: textOrNull(entry.user),
    role: textOrNull(entry.role),
    address: asText(entry.address),
    agent: asText(entry.agent),
    since: asNumber(entry.since),
    subscriptions: counts.reduce<number>((sum, count) => sum + (asNumber(count) ?? 0), 0),
    queued: asNumber(entry.queued) ?? 0,
    lag_s: asNumber(entry.lag) ?? 0,
    conflated: asNumber(entry.conflated) ?? 0,
    dropped: asNumber(entry.dropped) ?? 0,
  };
}
