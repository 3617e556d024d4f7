/** A sensor as the URL has it: `device/sensor`. No device has a `/` in its name; sensors may. */
import type { Sensor } from "../wire";

export interface SensorPlace {
  readonly device: string;
  readonly name: string;
}

export function sensorField({ device, name }: SensorPlace): string {
  return `${device}/${name}`;
}

export function parseSensorField(field: string): SensorPlace | null {
  const slash = field.indexOf("/");
  if (slash <= 0 || slash === field.length - 1) return null;
  return { device: field.slice(0, slash), name: field.slice(slash + 1) };
}

export function isSensorAt(sensor: Sensor | undefined, field: string): boolean {
  return sensor !== undefined && field !== "" && sensorField(sensor) === field;
}
