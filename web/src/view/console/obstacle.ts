/** Why a request cannot be sent now, as far as the page knows before katgate says so. */
import type { Dashboard } from "../../model/dashboard";
import { whyNotAllowed } from "../../model/login/rights";
import { holderBefore, leaseOf } from "../../model/requests/lease";
import type { Device, RequestAbout } from "../../wire";

/** A sentence, or null: nothing is in the way. It stays on the page: a person wants to know. */
export function obstacleTo(
  { connection, greeted, now }: Dashboard,
  device: Device,
  about: Pick<RequestAbout, "name" | "isAllowed">,
  words: readonly string[],
): string | null {
  if (!about.isAllowed) {
    const why = whyNotAllowed(greeted.value?.role ?? null);
    return `You may not send this request: ${why}.`;
  }
  if (connection.value.kind !== "connected") return "There is no connection to katgate.";
  const lease = device.lease === null ? null : leaseOf(device, now.value);
  const holder = holderBefore(lease, greeted.value?.user ?? null, about.name, words);
  if (holder !== null) return `${holder} commands ${device.name} alone now.`;
  if (device.state === "synced" || device.state === "syncing") return null;
  return `${device.name} is ${device.state}: it cannot be reached now.`;
}
