/** A sensor's newest reading on each of the devices, by device. */
import type { OneOfMany } from "../../model/compare/comparison";
import type { SensorsView } from "../../model/sensors/sensors";
import type { Sensor } from "../../wire";

export interface Cell extends OneOfMany {
  readonly sensor: Sensor;
}

export function cellsOf(sensors: SensorsView, name: string): readonly Cell[] {
  return sensors.order.flatMap((index) => {
    const sensor = sensors.about[index];
    if (sensor?.name !== name) return [];
    const value = sensors.values[index] ?? null;
    const status = sensors.statuses[index] ?? "unknown";
    return [{ device: sensor.device, sensor, value, status }];
  });
}
