import { expect, test } from "vitest";
import { Bench } from "../fakes";

function hidden(): Bench {
  const bench = new Bench();
  bench.greet();
  bench.dashboard.sleep.onHidden();
  return bench;
}

test("hidden for half a minute it lets go; seen again it connects at once", () => {
  const bench = hidden();
  bench.clock.advance(29);
  bench.katgate.notify("notice", { level: "info", code: "x", detail: "" });
  expect(bench.dashboard.connection.value.kind).toBe("connected");
  bench.clock.advance(1);
  expect(bench.dashboard.connection.value.kind).toBe("closed");
  expect(bench.katgate.isClosed).toBe(true);
  bench.dashboard.sleep.onSeen();
  bench.greet();
  expect(bench.dashboard.connection.value.kind).toBe("connected");
  expect(bench.sockets.length).toBe(2);
});

test("a glance elsewhere changes nothing", () => {
  const bench = hidden();
  bench.clock.advance(10);
  bench.dashboard.sleep.onSeen();
  bench.clock.advance(15);
  expect([bench.sockets.length, bench.dashboard.connection.value.kind]).toEqual([1, "connected"]);
});

test("while a request has no reply it stays", async () => {
  const bench = hidden();
  const outcome = bench.dashboard.katgate.request({ device: "cbf", request: "slow" });
  const id = bench.katgate.calls().find(({ method }) => method === "request")?.id ?? 0;
  for (let n = 0; n < 9; n += 1) {
    bench.clock.advance(5);
    bench.katgate.notify("notice", { level: "info", code: "x", detail: "" });
  }
  bench.katgate.answer(id, { ok: true, arguments: [], informs: [], duration: 45 });
  expect(await outcome).toMatchObject({ kind: "ok" });
  bench.clock.advance(30);
  expect(bench.dashboard.connection.value.kind).toBe("closed");
});

test("refused while hidden: seen again it does not come back by itself", () => {
  const bench = hidden();
  bench.katgate.hangUp(4501, "not allowed");
  bench.clock.advance(60);
  bench.dashboard.sleep.onSeen();
  expect(bench.dashboard.connection.value).toEqual({ kind: "refused", reason: "not allowed" });
  expect(bench.sockets.length).toBe(1);
});
