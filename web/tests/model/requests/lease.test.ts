import { expect, test } from "vitest";
import { mayAs, whyNotAllowed } from "../../../src/model/login/rights";
import { endLease, holderBefore, leaseOf, takeLease } from "../../../src/model/requests/lease";
import { parseMessage } from "../../../src/parse";
import type { Device, Lease } from "../../../src/wire";
import { Bench, device } from "../../fakes";

const LEASE: Lease = { holder: "ludwig", since: 900, expires: 1000, comment: "holography" };

function parsed(lease: unknown): Device | undefined {
  const devices = [device("cbf", { lease })];
  const text = JSON.stringify({ method: "devices", params: { sub: 0, devices } });
  const message = parseMessage(text);
  return message.kind === "devices" ? message.devices[0] : undefined;
}

test("a lease comes with its device; what is none is none", () => {
  expect(parsed(LEASE)?.lease).toEqual(LEASE);
  expect(parsed({ holder: "ludwig", expires: 1000 })?.lease).toEqual({
    ...LEASE,
    since: 0,
    comment: "",
  });
  for (const none of [null, undefined, {}, { holder: "ludwig" }, "ludwig"]) {
    expect(parsed(none)?.lease).toBeNull();
  }
});

test("a lease that has ended is none, also before katgate has said so", () => {
  const leased = parsed(LEASE) ?? null;
  expect(leaseOf(leased, 999.9)).toEqual(LEASE);
  expect(leaseOf(leased, 1000)).toBeNull();
  expect(leaseOf(null, 0)).toBeNull();
});

const ATTEMPTS: readonly [Lease | null, string | null, string, number, string | null][] = [
  [null, "maria", "capture-start", 0, null],
  [LEASE, "ludwig", "capture-start", 0, null],
  [LEASE, "maria", "capture-start", 0, "ludwig"],
  [LEASE, null, "capture-start", 0, "ludwig"],
  [LEASE, "maria", "help", 1, null],
  [LEASE, "maria", "sensor-value", 2, null],
  [LEASE, "maria", "sensor-sampling", 1, null],
  [LEASE, "maria", "sensor-sampling", 2, "ludwig"],
];

test.each(ATTEMPTS)(
  "with lease %o, %s sends ?%s with %i words: %s",
  (lease, user, name, n, holder) => {
    expect(holderBefore(lease, user, name, Array(n).fill("x"))).toBe(holder);
  },
);

test("taking and ending go to the device's lease, whatever is in its name", async () => {
  const bench = new Bench();
  const asked: unknown[] = [];
  bench.fetchJson = async (path, init) => asked.push([init?.method, path, init?.body]);
  const { katgate } = bench.dashboard;
  await takeLease(katgate, "a/b", { seconds: 900, comment: "x" });
  await endLease(katgate, "a/b");
  expect(asked).toEqual([
    ["POST", "devices/a%2Fb/lease", '{"seconds":900,"comment":"x"}'],
    ["DELETE", "devices/a%2Fb/lease", undefined],
  ]);
});

test("roles include each other, and unknown ones nothing", () => {
  const may = (role: string | null) => [mayAs(role, "operator"), mayAs(role, "admin")];
  expect(["viewer", "operator", "admin", "guest", "", null].map(may)).toEqual([
    [false, false],
    [true, false],
    [true, true],
    [false, false],
    [false, false],
    [false, false],
  ]);
  expect(whyNotAllowed("viewer")).toContain("the role operator");
  expect(whyNotAllowed("operator")).toContain("rule");
});
