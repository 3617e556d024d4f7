/** The client in front of a katgate that the test plays; a fresh one for each test. */
import { beforeEach } from "vitest";
import { Katgate } from "../../src/client/katgate";
import type { SensorSelection } from "../../src/client/sensor_wish";
import { FakeClock, FarEnd, sensor } from "../fakes";

export let clock: FakeClock;
export let heard: unknown[];
export let side: FarEnd;
export let katgate: Katgate;
export const fetched: string[] = [];

beforeEach(() => {
  clock = new FakeClock();
  heard = [];
  fetched.length = 0;
  katgate = new Katgate({
    clock,
    random: () => 0,
    wallTime: 5,
    fetchJson: async (path) => {
      fetched.push(path);
      return { requests: [{ name: "halt", description: "Stop.", dangerous: true }] };
    },
    openSocket: (events) => {
      side = new FarEnd(events);
      return side;
    },
  });
  katgate.connection.connect();
});

/** Everything a wish is told, in order. */
export function subscribe(selection: Partial<SensorSelection> = {}, into: unknown[] = heard) {
  return katgate.subscribe(
    { device: "cbf", sensors: ["*"], ...selection },
    {
      onSensors: (list) => into.push(["all", ...list.map(({ name }) => name)]),
      onSensorsChange: (added, removed) =>
        into.push(["change", ...added.map(({ name }) => `+${name}`), ...removed.map(String)]),
      onReadings: (readings, isSnapshot) => {
        for (const rows of readings.values()) {
          into.push([isSnapshot ? "snapshot" : "update", ...rows.map(({ value }) => value)]);
        }
      },
      onState: ({ kind }) => into.push(kind),
      onGap: () => into.push("gap"),
      onConflated: (count) => into.push(["conflated", count]),
    },
  );
}

export function told(into: unknown[] = heard): unknown[] {
  return into.splice(0);
}

/** Answer the oldest call, which subscribes; the answer is what it asked for. */
export function grant(names: readonly string[], extra: Record<string, unknown> = {}) {
  const [call, ...others] = side.calls();
  if (call === undefined || others.length > 0) throw new Error(`${others.length} others`);
  const sensors = names.map((name) => sensor("cbf", name));
  side.answer(call.id, { sub: 1, epoch: "e1", seq: 7, resumed: false, sensors, ...extra });
  return call.params;
}

export function say(value: number, extra: Record<string, unknown>): void {
  const row = ["t1", 1, "nominal", value, 1];
  side.notify("readings", { sub: 1, readings: { cbf: [row] }, ...extra });
}

export function goLive(): void {
  side.hello();
  subscribe();
  grant(["t1"]);
  say(1, { snapshot: true, seq: 7 });
  told();
}

export function comeBack(): void {
  side.hangUp();
  clock.advance(0);
  side.hello();
}
