/** A sensor of a device, and how both are written: `device:sensor`, typed, shown and in the URL. */

export interface SensorName {
  readonly device: string;
  readonly name: string;
}

export function nameText({ device, name }: SensorName): string {
  return `${device}:${name}`;
}

/** Null if it is no such name. No device has a `:` in its name; sensors may. */
export function parseName(text: string): SensorName | null {
  const colon = text.indexOf(":");
  const device = text.slice(0, colon).trim();
  const name = text.slice(colon + 1).trim();
  return colon > 0 && device !== "" && name !== "" ? { device, name } : null;
}
