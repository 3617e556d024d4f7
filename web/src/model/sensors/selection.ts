/** Which devices the URL means: one by its name, several by a glob, or none that katgate knows. */
import type { Device } from "../../wire";
import { globPattern, isGlob } from "./pattern";

export type Selection =
  /** katgate has not told its devices yet, or there are none, or none is named. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly pattern: string }
  | { readonly kind: "one"; readonly pattern: string; readonly device: Device }
  | { readonly kind: "many"; readonly pattern: string; readonly devices: readonly Device[] };

export const ALL_DEVICES = "*";

export function selectionOf(pattern: string, devices: readonly Device[] | null): Selection {
  if (pattern === "" || devices === null) return { kind: "none" };
  const device = devices.find(({ name }) => name === pattern);
  if (device !== undefined) return { kind: "one", pattern, device };
  if (!isGlob(pattern) || globPattern(pattern) === null) return { kind: "unknown", pattern };
  return { kind: "many", pattern, devices: devicesMeant(pattern, devices) };
}

/** Those that a name or a glob means. */
export function devicesMeant(pattern: string, devices: readonly Device[]): readonly Device[] {
  if (!isGlob(pattern)) return devices.filter(({ name }) => name === pattern);
  const meant = globPattern(pattern);
  return devices.filter(({ name }) => meant?.test(name));
}

/** Those whose names have what is typed in them, or are what it means as a glob. */
export function devicesNamed(typed: string, devices: readonly Device[]): readonly Device[] {
  const wanted = typed.trim();
  if (isGlob(wanted)) return devicesMeant(wanted, devices);
  return devices.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
}
