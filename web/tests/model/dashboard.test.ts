import { expect, test } from "vitest";
import { Bench, device, sensor } from "../fakes";

/** A dashboard that shows the live sensors t1 and t2 of cbf. */
function live(): Bench {
  const bench = new Bench();
  bench.greet();
  bench.giveSensors("s", ["t2", "t1"]);
  const rows = [
    ["t1", 990, "nominal", 1, 991],
    ["t2", 990, "warn", 2, 992],
  ];
  bench.readings("s", { cbf: rows }, { snapshot: true, seq: 7 });
  return bench;
}

const update = (bench: Bench, seq: number, value: unknown, extra: Record<string, unknown> = {}) =>
  bench.readings("s", { cbf: [["t1", 1000, "nominal", value]] }, { seq, ...extra });

test("the first device is selected, and then it is in the URL", () => {
  const bench = live();
  expect(bench.dashboard.selection.value).toMatchObject({ kind: "one", pattern: "cbf" });
  expect(bench.bar.location.hash).toBe("#device=cbf");
  expect(bench.dashboard.chosenByItself.value).toBe("cbf");
});

test("the device in the URL is selected, as after a reload", () => {
  const bench = new Bench("#device=dish&filter=*.temp");
  bench.greet();
  expect(bench.giveSensors("s", [])).toBe("dish");
  expect(bench.dashboard.location.get("filter")).toBe("*.temp");
});

test("an unknown device in the URL is not subscribed, until katgate knows it", () => {
  const bench = new Bench("#device=fresh");
  bench.greet();
  expect(bench.dashboard.selection.value.kind).toBe("unknown");
  expect(bench.katgate.methods()).toEqual([]);
  bench.katgate.notify("devices", { sub: "d", devices: [device("fresh")] });
  expect(bench.giveSensors("s", [])).toBe("fresh");
});

test("sensors are shown in name order with the values of the snapshot", () => {
  expect(live().shown()).toEqual([
    ["t1", 1],
    ["t2", 2],
  ]);
});

test("updates in sequence are applied, also a frame that covers several", () => {
  const bench = live();
  update(bench, 8, 10);
  update(bench, 12, 11, { from: 9, conflated: 5 });
  expect(bench.shown()[0]).toEqual(["t1", 11]);
  expect(bench.dashboard.conflated.value).toBe(5);
  expect(bench.katgate.calls()).toEqual([]);
});

test("a snapshot in pages counts from its last page", () => {
  const bench = new Bench();
  bench.greet();
  bench.giveSensors("s", ["t1", "t2"]);
  bench.readings("s", { cbf: [["t1", 1, "nominal", 1, 1]] }, { snapshot: true, more: true });
  expect(bench.dashboard.watched.state.value.kind).toBe("filling");
  bench.readings("s", { cbf: [["t2", 1, "nominal", 2, 1]] }, { snapshot: true, seq: 7 });
  expect(bench.dashboard.watched.state.value).toMatchObject({ kind: "live" });
});

test("after a gap everything is asked for anew, and shown as old until it is there", () => {
  const bench = live();
  bench.clock.advance(5);
  update(bench, 9, 99);
  expect(bench.dashboard.watched.oldSince.value).toBe(1005);
  update(bench, 10, 100); // of the old counting: of no use
  expect(bench.shown()[0]).toEqual(["t1", 1]);
  expect(bench.giveSensors("s", ["t1", "t2"], 20)).toBe("cbf");
  bench.readings("s", { cbf: [["t1", 1, "nominal", 50, 1]] }, { snapshot: true, seq: 20 });
  expect(bench.dashboard.watched.oldSince.value).toBeNull();
  update(bench, 21, 51);
  expect(bench.shown()[0]).toEqual(["t1", 51]);
  expect(bench.dashboard.gaps.value).toBe(1);
});

test("a katgate that cannot count is asked once a second at most", () => {
  const bench = live();
  update(bench, 9, 1);
  expect(bench.katgate.methods()).toEqual([]);
  bench.clock.advance(0.9);
  expect(bench.katgate.methods()).toEqual([]);
  bench.clock.advance(0.2);
  expect(bench.katgate.methods()).toEqual(["sensors.subscribe"]);
});

test("another device: the old one is unsubscribed and its late readings are ignored", () => {
  const bench = live();
  bench.bar.follow("#device=dish");
  expect(bench.shown()).toEqual([]);
  const [first, second] = bench.katgate.calls();
  expect([first?.method, first?.params]).toEqual(["unsubscribe", { sub: "s" }]);
  expect(second?.params).toMatchObject({ device: "dish" });
  bench.katgate.answer(second?.id ?? 0, { sub: "t", seq: 1, sensors: [sensor("dish", "t1")] });
  update(bench, 8, 123);
  bench.readings("s", { dish: [["t1", 1, "nominal", 124, 1]] }, { snapshot: true, seq: 9 });
  bench.katgate.notify("sensors", { sub: "s", added: [sensor("dish", "x")], removed: [] });
  expect(bench.shown()).toEqual([["t1", null]]);
  expect(bench.dashboard.watched.state.value).toMatchObject({ kind: "filling" });
});

test("a device left before its answer came is unsubscribed when it comes", () => {
  const bench = new Bench();
  bench.greet();
  const [cbf] = bench.katgate.calls();
  bench.bar.follow("#device=dish");
  bench.katgate.calls();
  bench.katgate.answer(cbf?.id ?? 0, { sub: "s", seq: 1, sensors: [] });
  expect(bench.katgate.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: "s" } }]);
});

test("there and back again quickly: the early answer does not end the wanted subscription", () => {
  const bench = new Bench();
  bench.greet();
  const [early] = bench.katgate.calls();
  bench.bar.follow("#device=dish");
  bench.bar.follow("#device=cbf");
  const later = bench.katgate.calls().at(-1);
  bench.katgate.answer(early?.id ?? 0, { sub: "s", seq: 1, sensors: [] });
  expect(bench.katgate.calls()).toEqual([]);
  bench.katgate.answer(later?.id ?? 0, { sub: "s", seq: 2, sensors: [] });
  expect(bench.dashboard.watched.state.value).toMatchObject({ kind: "filling" });
});

test("a lost connection: values stay, old since katgate was last heard", () => {
  const bench = live();
  bench.clock.advance(3);
  bench.katgate.notify("notice", { level: "info", code: "x", detail: "heard at 1003" });
  bench.clock.advance(4);
  bench.katgate.hangUp();
  expect(bench.shown()).toEqual([
    ["t1", 1],
    ["t2", 2],
  ]);
  expect(bench.dashboard.watched.oldSince.value).toBe(1003);
  expect(bench.dashboard.lostAt.value).toBe(1003);
});

test("a katgate that was started anew: all is subscribed anew, and live with its snapshot", () => {
  const bench = live();
  bench.katgate.hangUp();
  bench.clock.advance(10);
  bench.katgate.hello({ epoch: "e2", time: 2000 });
  expect(bench.dashboard.watched.oldSince.value).toBe(1000);
  const calls = bench.katgate.calls();
  const asked = calls.find(({ method }) => method === "sensors.subscribe");
  expect(calls.map(({ method }) => method).sort()).toEqual([
    "devices.subscribe",
    "sensors.subscribe",
  ]);
  bench.katgate.answer(asked?.id ?? 0, { sub: "q", seq: 0, sensors: [sensor("cbf", "t1")] });
  expect(bench.shown()).toEqual([["t1", 1]]);
  bench.readings("q", { cbf: [["t1", 1999, "nominal", 3, 1999]] }, { snapshot: true, seq: 0 });
  expect(bench.dashboard.watched.oldSince.value).toBeNull();
  expect(bench.dashboard.lostAt.value).toBeNull();
  expect(bench.shown()).toEqual([["t1", 3]]);
});

test("failed attempts do not move the moment since when values are old", () => {
  const bench = live();
  bench.katgate.hangUp();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    bench.clock.advance(10);
    bench.katgate.breakDown();
  }
  expect(bench.dashboard.watched.oldSince.value).toBe(1000);
  expect(bench.dashboard.lostAt.value).toBe(1000);
});

test("a session that ends before its snapshot came does not make old values younger", () => {
  const bench = live();
  bench.katgate.hangUp();
  bench.clock.advance(10);
  bench.greet(["cbf", "dish"], { time: 1010 });
  bench.clock.advance(3);
  bench.katgate.hangUp();
  expect(bench.dashboard.watched.oldSince.value).toBe(1000);
  expect(bench.dashboard.lostAt.value).toBe(1010);
});

test("a device katgate refuses to subscribe: its words are kept for the page", () => {
  const bench = new Bench();
  bench.greet();
  const data = { code: "forbidden", detail: "viewers may not see cbf" };
  bench.katgate.fail(bench.katgate.calls()[0]?.id ?? 0, { code: -32000, message: "m", data });
  expect(bench.dashboard.watched.state.value).toMatchObject({ kind: "failed", problem: data });
});

test("sensors join and leave while the subscription lives", () => {
  const bench = live();
  const added = [sensor("cbf", "t10")];
  bench.katgate.notify("sensors", { sub: "s", added, removed: [["cbf", "t2"]] });
  expect(bench.shown().map(([name]) => name)).toEqual(["t1", "t10"]);
});

test("however many readings come, they are looked at at once, then ten times a second", () => {
  const bench = live();
  bench.drawFrames();
  bench.clock.advance(1);
  const before = bench.dashboard.redraw.revision.value;
  for (let n = 0; n < 100; n += 1) update(bench, 8 + n, n);
  expect(bench.drawFrames()).toBe(1);
  expect(bench.dashboard.redraw.revision.value).toBe(before + 1);
  for (let n = 100; n < 200; n += 1) update(bench, 8 + n, n);
  expect(bench.drawFrames()).toBe(0);
  bench.clock.advance(0.1);
  expect(bench.drawFrames()).toBe(1);
  bench.clock.advance(1);
  expect(bench.drawFrames()).toBe(0);
});

test("ages are told by katgate's clock, not by the browser's", () => {
  const bench = live();
  bench.clock.advance(20);
  update(bench, 8, 5);
  const index = bench.dashboard.sensors.indexOf("cbf", "t1") ?? -1;
  expect(bench.dashboard.sensors.received[index]).toBe(1020);
});

test("a device that comes and goes is away since the first time, not since the last attempt", () => {
  const bench = live();
  const say = (state: string, since: number) =>
    bench.katgate.notify("devices", { sub: "d", devices: [device("cbf", { state, since })] });
  say("sleeping", 1001);
  say("connecting", 1005);
  say("sleeping", 1006);
  expect(bench.dashboard.devices.awaySince("cbf")).toBe(1001);
  say("synced", 1010);
  expect(bench.dashboard.devices.awaySince("cbf")).toBeNull();
  expect(bench.dashboard.devices.list.value?.map(({ name }) => name)).toEqual(["cbf", "dish"]);
});

test("a notice takes the place of the one with its code, and there are never many", () => {
  const bench = live();
  const say = (code: string, detail: string) =>
    bench.katgate.notify("notice", { level: "warn", code, detail });
  say("congestion", "slow");
  say("congestion", "over");
  for (const code of ["a", "b", "c", "d"]) say(code, "");
  expect(bench.dashboard.notices.list.value.map(({ code }) => code)).toEqual(["a", "b", "c", "d"]);
});

test("congestion is told as long as it lasts; good news goes by itself", () => {
  const bench = live();
  const say = (level: string) =>
    bench.katgate.notify("notice", { level, code: "congestion", detail: "" });
  say("warn");
  bench.clock.advance(20);
  bench.dashboard.tick();
  expect(bench.dashboard.isCongested.value).toBe(true);
  expect(bench.dashboard.notices.list.value.length).toBe(1);
  say("info");
  expect(bench.dashboard.isCongested.value).toBe(false);
  bench.clock.advance(14);
  bench.dashboard.tick();
  expect(bench.dashboard.notices.list.value.length).toBe(1);
  bench.clock.advance(1);
  bench.dashboard.tick();
  expect(bench.dashboard.notices.list.value).toEqual([]);
});

test("another version of katgate after a reconnect: the page says that it is the older one", () => {
  const bench = live();
  bench.katgate.hangUp();
  bench.clock.advance(10);
  bench.katgate.hello({ version: "2.0" });
  expect(bench.dashboard.notices.list.value.map(({ code }) => code)).toEqual(["page-is-older"]);
});

test("a device that katgate serves no longer leaves the list", () => {
  const bench = new Bench();
  bench.greet(["cbf", "dish"]);
  bench.katgate.notify("devices", { sub: "d", devices: [], removed: ["cbf"] });
  expect(bench.dashboard.devices.list.value?.map(({ name }) => name)).toEqual(["dish"]);
});

test("a sensor is plotted from where one is, and with the same key no more", () => {
  const { dashboard, bar } = live();
  dashboard.togglePlotted({ device: "cbf", name: "t1" });
  dashboard.togglePlotted({ device: "cbf", name: "t2" });
  expect(bar.location.hash).toBe("#device=cbf&plot=cbf%3At1&plot=cbf%3At2");
  dashboard.togglePlotted({ device: "cbf", name: "t1" });
  expect(bar.location.hash).toBe("#device=cbf&plot=cbf%3At2");
});
