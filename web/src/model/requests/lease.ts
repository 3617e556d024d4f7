/**
 * Command leases: who alone may command a device for a while.
 *
 * Katgate tells of them with the devices, and decides; here is what the page must know to say
 * so before somebody tries. Times are on katgate's clock.
 */
import type { Katgate } from "../../client/katgate";
import type { Device, Lease } from "../../wire";

/** As katgate has them: whoever may send these may do so whoever commands the device. */
const QUESTIONS: readonly string[] = [
  "help",
  "sensor-list",
  "sensor-value",
  "watchdog",
  "version-list",
  "client-list",
];

export const LONGEST_COMMENT = 200;

/** What people take one for, in minutes. */
export const DURATIONS_MIN: readonly number[] = [15, 60, 4 * 60, 12 * 60];

/** The lease there is now: one that has ended is none, also before katgate has said so. */
export function leaseOf(device: Device | null, now: number): Lease | null {
  const lease = device?.lease ?? null;
  return lease !== null && lease.expires > now ? lease : null;
}

/** The one who keeps `user` from sending this, or null. */
export function holderBefore(
  lease: Lease | null,
  user: string | null,
  request: string,
  words: readonly string[],
): string | null {
  if (lease === null || lease.holder === user) return null;
  const isQuestion =
    QUESTIONS.includes(request) || (request === "sensor-sampling" && words.length <= 1);
  return isQuestion ? null : lease.holder;
}

/** Take it, or renew one's own. Rejects with KatgateError. */
export function takeLease(
  katgate: Katgate,
  device: string,
  asked: { readonly seconds: number; readonly comment: string },
): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return katgate.fetchJson(leasePath(device), {
    method: "POST",
    headers,
    body: JSON.stringify(asked),
  });
}

/** Release one's own or, as an admin, break another's. Rejects with KatgateError. */
export function endLease(katgate: Katgate, device: string): Promise<unknown> {
  return katgate.fetchJson(leasePath(device), { method: "DELETE" });
}

function leasePath(device: string): string {
  return `devices/${encodeURIComponent(device)}/lease`;
}
