import { expect, test } from "vitest";
import { numberLabels, timeLabels } from "../../src/view/plot/axis_labels";

const MIDNIGHT = Date.UTC(2026, 2, 1) / 1000;

test.each([
  [[MIDNIGHT - 60, MIDNIGHT], 60, ["23:59\n2026-02-28", "00:00\n2026-03-01"]],
  [[MIDNIGHT, MIDNIGHT + 5], 5, ["00:00:00\n2026-03-01", "00:00:05"]],
  [[MIDNIGHT + 0.25, MIDNIGHT + 0.5], 0.25, ["00:00:00.250\n2026-03-01", "00:00:00.500"]],
  [[MIDNIGHT, MIDNIGHT + 86_400], 86_400, ["2026-03-01", "2026-03-02"]],
  [[1e300], 60, [""]],
])("times %j in steps of %d s", (ticks, step_s, labels) => {
  expect(timeLabels(ticks, step_s, "UTC")).toEqual(labels);
});

test.each([
  [[0, 0.2, 0.4], 0.2, ["0", "0.2", "0.4"]],
  [[-50, 0, 50], 50, ["-50", "0", "50"]],
  [[1e19, 1.5e19], 5e18, ["1e19", "1.5e19"]],
  [[1e-9, 2e-9], 1e-9, ["1e-9", "2e-9"]],
  // Long ones: what is more than the lowest.
  [[1_199_999.5, 1_200_000, 1_200_000.5], 0.5, ["11999\n99.5", "+0.5", "+1"]],
])("numbers %j in steps of %d", (ticks, step, labels) => {
  expect(numberLabels(ticks, step)).toEqual(labels);
});
