/** Device servers that run inside katgate, and what an administrator can do with them. */
import type { Device } from "../wire";

export const DEEDS = ["start", "stop", "restart"] as const;
export type Deed = (typeof DEEDS)[number];

/** What makes sense now, by the state of the device: a server that is stopped is `closed`. */
export function deedsFor({ isHosted, state }: Device, role: string | null): readonly Deed[] {
  if (!isHosted || role !== "admin") return [];
  return state === "closed" ? ["start"] : ["stop", "restart"];
}

/** Below the API's address; to be posted. */
export function hostingPath(device: string, deed: Deed): string {
  return `devices/${encodeURIComponent(device)}/hosting/${deed}`;
}
