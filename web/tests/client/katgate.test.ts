import { beforeEach, expect, test } from "vitest";
import { Katgate, KatgateError, type RequestOutcome } from "../../src/client/katgate";
import type { SensorSelection } from "../../src/client/sensor_wish";
import { device, FakeClock, FarEnd, sensor } from "../fakes";

let clock: FakeClock;
let heard: unknown[];
let side: FarEnd;
let katgate: Katgate;
const fetched: string[] = [];

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
function subscribe(selection: Partial<SensorSelection> = {}, into: unknown[] = heard) {
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

function told(into: unknown[] = heard): unknown[] {
  return into.splice(0);
}

/** Answer the oldest call, which subscribes; the answer is what it asked for. */
function grant(names: readonly string[], extra: Record<string, unknown> = {}) {
  const [call, ...others] = side.calls();
  if (call === undefined || others.length > 0) throw new Error(`${others.length} others`);
  const sensors = names.map((name) => sensor("cbf", name));
  side.answer(call.id, { sub: 1, epoch: "e1", seq: 7, resumed: false, sensors, ...extra });
  return call.params;
}

function say(value: number, extra: Record<string, unknown>): void {
  const row = ["t1", 1, "nominal", value, 1];
  side.notify("readings", { sub: 1, readings: { cbf: [row] }, ...extra });
}

function goLive(): void {
  side.hello();
  subscribe();
  grant(["t1"]);
  say(1, { snapshot: true, seq: 7 });
  told();
}

function comeBack(): void {
  side.hangUp();
  clock.advance(0);
  side.hello();
}

test("a wish: asked, filled page by page, live", () => {
  subscribe();
  expect(told()).toEqual([]);
  side.hello();
  expect(grant(["t1"])).toEqual({ device: "cbf", sensors: ["*"] });
  say(1, { snapshot: true, more: true });
  say(2, { snapshot: true, seq: 7 });
  say(3, { seq: 8 });
  say(4, { seq: 11, from: 9, conflated: 2 });
  expect(told()).toEqual([
    "asked",
    ["all", "t1"],
    "filling",
    ["snapshot", 1],
    ["snapshot", 2],
    "live",
    ["update", 3],
    ["conflated", 2],
    ["update", 4],
  ]);
});

test("a list in pages is told when it is whole, before the first readings", () => {
  side.hello();
  subscribe();
  grant(["t1"], { more: true });
  side.notify("sensors", { sub: 1, added: [sensor("cbf", "t2")], removed: [] });
  expect(told()).toEqual(["asked", "filling"]);
  say(1, { snapshot: true, seq: 7 });
  side.notify("sensors", { sub: 1, added: [sensor("cbf", "t3")], removed: [["cbf", "t1"]] });
  expect(told()).toEqual([
    ["all", "t1", "t2"],
    ["snapshot", 1],
    "live",
    ["change", "+t3", "cbf,t1"],
  ]);
});

test("resumed: what came meanwhile is told, and nothing of what was known is taken back", () => {
  goLive();
  say(2, { seq: 8 });
  comeBack();
  const since = { epoch: "e1", seq: 8 };
  expect(grant(["t1"], { seq: 8, resumed: true })).toMatchObject({ since });
  say(3, { seq: 9 });
  expect(told()).toEqual([["update", 2], "waiting", "asked", ["all", "t1"], "live", ["update", 3]]);
});

test("resumed with a list in pages: each is told as it comes, as no readings may follow", () => {
  goLive();
  comeBack();
  grant(["t1"], { resumed: true, more: true });
  side.notify("sensors", { sub: 1, added: [sensor("cbf", "t2")], removed: [] });
  side.notify("sensors", { sub: 1, added: [], removed: [["cbf", "t1"]] });
  expect(told()).toEqual([
    "waiting",
    "asked",
    ["change", "+t1"],
    "live",
    ["change", "+t2"],
    ["change", "cbf,t1"],
  ]);
});

test("a session lost while filling: what was cut has no place to go on from", () => {
  side.hello();
  subscribe();
  grant(["t1"]);
  say(1, { snapshot: true, more: true });
  comeBack();
  expect(grant(["t1"])).not.toHaveProperty("since");
});

test("a session lost while asked keeps the place of the session before", () => {
  goLive();
  comeBack();
  side.calls();
  comeBack();
  expect(grant(["t1"])).toMatchObject({ since: { epoch: "e1", seq: 7 } });
});

test.each([
  ["one is missing", { seq: 9 }],
  ["one comes twice", { seq: 7 }],
  ["one that covers too much", { seq: 9, from: 7 }],
  ["one without a number", {}],
])("a gap: %s", (_, extra) => {
  goLive();
  clock.advance(2);
  say(5, extra);
  say(6, { seq: 8 }); // of the old counting
  side.notify("sensors", { sub: 1, added: [sensor("cbf", "t9")], removed: [] });
  expect(grant(["t1"], { seq: 20 })).not.toHaveProperty("since");
  say(7, { snapshot: true, seq: 20 });
  const asked = ["gap", "asked", ["all", "t1"], "filling", ["snapshot", 7], "live"];
  expect(told()).toEqual(asked);
});

test("an update before the snapshot is whole is a gap", () => {
  side.hello();
  subscribe();
  grant(["t1"]);
  clock.advance(2);
  say(1, { seq: 8 });
  expect(told()).toEqual(["asked", ["all", "t1"], "filling", "gap", "asked"]);
});

test("ended in the pause after a gap: katgate is told", () => {
  side.hello();
  const subscription = subscribe();
  grant(["t1"]);
  say(1, { seq: 99 });
  subscription.end();
  clock.advance(5);
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
});

test("asked again after a gap and refused: what katgate still sends is ended", () => {
  goLive();
  clock.advance(2);
  say(1, { seq: 99 });
  side.fail(side.calls()[0]?.id ?? 0, { code: -32000, message: "no more" });
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
  expect(told()).toEqual(["gap", "asked", "failed"]);
});

test("refused: asked again in the next session, not before", () => {
  side.hello();
  subscribe();
  side.fail(side.calls()[0]?.id ?? 0, { code: -32000, message: "no" });
  clock.advance(15);
  expect(side.calls()).toEqual([]);
  comeBack();
  grant(["t1"]);
  expect(told()).toEqual(["asked", "failed", "waiting", "asked", ["all", "t1"], "filling"]);
});

test("ended while asked: the answer is told to nobody, and its subscription ended", () => {
  side.hello();
  subscribe().end();
  grant(["t1"]);
  say(1, { snapshot: true, seq: 7 });
  expect(told()).toEqual(["asked", "ended"]);
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
});

test("equal wishes share a subscription: it ends once, with the last of them", () => {
  goLive();
  const second = subscribe({ strategy: "event" });
  grant(["t1"]);
  const third = subscribe({ strategy: "event" }); // in flight when the second ends
  second.end();
  expect(side.calls()).toMatchObject([{ method: "sensors.subscribe" }]);
  third.end();
  expect(side.calls()).toEqual([]);
});

test("wishes that katgate takes for one, though they are not the same letters", () => {
  side.hello();
  const first = subscribe({ strategy: "period 1" });
  grant(["t1"]);
  subscribe({ strategy: "period 1.0" });
  const [call] = side.calls();
  first.end(); // its unsubscribe would be done after the other's subscribe
  expect(side.calls()).toEqual([]);
  side.answer(call?.id ?? 0, { sub: 1, epoch: "e1", seq: 7, sensors: [] });
  expect(side.calls()).toEqual([]);
});

test("only alike, and another for katgate: the first is ended when that is known", () => {
  side.hello();
  const first = subscribe({ strategy: "period 1" });
  grant(["t1"]);
  subscribe({ strategy: "period 2" });
  const [call] = side.calls();
  first.end();
  side.answer(call?.id ?? 0, { sub: 2, epoch: "e1", seq: 0, sensors: [] });
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 1 } }]);
});

test("an equal wish's snapshot may jump over what came and went: both are told all there are", () => {
  goLive();
  const second: unknown[] = [];
  subscribe({}, second);
  grant(["t1", "t2"], { seq: 12 });
  say(5, { snapshot: true, seq: 12 });
  say(6, { seq: 13 });
  expect(told()).toEqual([
    ["all", "t1", "t2"],
    ["snapshot", 5],
    ["update", 6],
  ]);
  expect(told(second)).toEqual([
    "asked",
    ["all", "t1", "t2"],
    "filling",
    ["snapshot", 5],
    "live",
    ["update", 6],
  ]);
});

test("the same where the equal wish was ended before its answer came", () => {
  goLive();
  subscribe({}, []).end();
  grant(["t2"], { seq: 12 });
  say(5, { snapshot: true, seq: 12 });
  expect(told()).toEqual([
    ["all", "t2"],
    ["snapshot", 5],
  ]);
  expect(side.calls()).toEqual([]);
});

test("a wish that is ended while another is told hears nothing more", () => {
  const second: unknown[] = [];
  let last = { end: () => {} };
  katgate.subscribe({ device: "cbf", sensors: ["a"] }, { onState: () => last.end() });
  last = subscribe({ sensors: ["b"] }, second);
  side.hello();
  expect(told(second)).toEqual(["ended"]);
  expect(side.methods()).toEqual(["sensors.subscribe"]);
});

test("a wish that ends itself with the list hears no readings and is not live", () => {
  side.hello();
  const states: string[] = [];
  const subscription = katgate.subscribe(
    { device: "cbf", sensors: ["*"] },
    {
      onSensors: () => subscription.end(),
      onReadings: () => states.push("readings"),
      onState: ({ kind }) => states.push(kind),
    },
  );
  grant(["t1"], { more: true });
  say(1, { snapshot: true, seq: 7 });
  expect(states).toEqual(["asked", "filling", "ended"]);
  expect(side.methods()).toEqual(["unsubscribe"]);
});

test("what is wished as the session begins is asked for once", () => {
  const once = new Katgate(
    {
      clock,
      random: () => 0,
      wallTime: 5,
      fetchJson: () => Promise.reject(new Error("no REST here")),
      openSocket: (events) => {
        side = new FarEnd(events);
        return side;
      },
    },
    {
      onHello: () => void once.devices({ onDevices: () => {} }),
      onState: ({ kind }) => {
        if (kind === "connected") once.subscribe({ device: "a", sensors: ["*"] }, {});
      },
    },
  );
  once.connection.connect();
  side.hello();
  expect(side.methods().sort()).toEqual(["devices.subscribe", "sensors.subscribe"]);
});

test("informs: live, lost, resumed with what came meanwhile", () => {
  side.hello();
  katgate.informs(
    { device: "cbf" },
    {
      onInforms: (informs, dropped) => heard.push([informs.map(({ name }) => name), dropped]),
      onLive: (isResumed) => heard.push(`live ${isResumed}`),
      onLost: () => heard.push("lost"),
    },
  );
  grant([], { seq: 3 });
  side.notify("informs", { sub: 1, seq: 4, informs: [["cbf", 1, "log", "x"]], dropped: 2 });
  comeBack();
  expect(grant([], { seq: 4, resumed: true })).toEqual({
    device: "cbf",
    since: { epoch: "e1", seq: 4 },
  });
  expect(told()).toEqual(["live false", [["log"], 2], "lost", "live true"]);
});

test("informs that an equal wish is told of once more are heard once", () => {
  side.hello();
  katgate.informs({ device: "cbf" }, { onInforms: (informs) => heard.push(informs.length) });
  grant([], { seq: 3 });
  const informs = [["cbf", 1, "log", "x"]];
  side.notify("informs", { sub: 1, seq: 4, informs });
  side.notify("informs", { sub: 1, seq: 4, informs });
  side.notify("informs", { sub: 1, seq: 5, informs });
  expect(told()).toEqual([1, 1]);
});

test("devices: all at first, then each change, in katgate's order", () => {
  side.hello();
  const subscription = katgate.devices({
    onDevices: (devices) => heard.push(devices.map(({ name, state }) => `${name} ${state}`)),
  });
  const [call] = side.calls();
  side.answer(call?.id ?? 0, { sub: 0, devices: [device("b"), device("a")] });
  side.notify("devices", { sub: 0, devices: [device("b", { state: "closed" })], removed: ["a"] });
  subscription.end();
  side.notify("devices", { sub: 0, devices: [device("c")] });
  expect(told()).toEqual([["b synced", "a synced"], ["b closed"]]);
  expect(side.calls()).toMatchObject([{ method: "unsubscribe", params: { sub: 0 } }]);
});

const REPLY = { ok: true, arguments: ["1", { base64: "/w==" }], duration: 0.5 };
const NO = { code: "device-failed", detail: "cbf said no", reply: "fail no", elapsed: 2 };
const OUTCOMES: readonly [string, (id: number) => void, RequestOutcome][] = [
  [
    "ok",
    (id) => side.answer(id, REPLY),
    { kind: "ok", arguments: ["1", { base64: "/w==" }], informs: 2, duration_s: 0.5 },
  ],
  [
    "a problem",
    (id) => side.fail(id, { code: -32000, message: "m", data: NO }),
    {
      kind: "problem",
      problem: { code: NO.code, detail: NO.detail, reply: NO.reply, elapsed_s: 2 },
    },
  ],
  ["lost before the reply", () => side.hangUp(), { kind: "lost", wasSent: true }],
  ["left by us", () => katgate.connection.close(), { kind: "lost", wasSent: true }],
];

test.each(OUTCOMES)("a request: %s", async (_, answer, outcome) => {
  side.hello();
  const promise = katgate.request({ device: "cbf", request: "help", confirm: "help" }, (words) =>
    heard.push(words),
  );
  const [call] = side.calls();
  expect(call?.params).toEqual({ device: "cbf", request: "help", arguments: [], confirm: "help" });
  side.notify("request.inform", { id: call?.id, inform: ["help", "halt"] });
  side.notify("request.inform", { id: call?.id, inform: ["help", "reset"] });
  answer(call?.id ?? 0);
  expect(await promise).toEqual(outcome);
  expect(heard).toEqual([
    ["help", "halt"],
    ["help", "reset"],
  ]);
});

test("a request without a session was not sent", async () => {
  expect(await katgate.request({ device: "cbf", request: "halt" })).toEqual({
    kind: "lost",
    wasSent: false,
  });
});

test("a device's requests, whatever is in its name", async () => {
  const [halt] = await katgate.requestsOf("a/b c");
  expect(fetched).toEqual(["devices/a%2Fb%20c/requests"]);
  expect(halt).toMatchObject({ name: "halt", isDangerous: true, isAllowed: true });
});

test("an error of katgate carries its problem", () => {
  const problem = { code: "unknown-device", detail: "no device x", reply: null, elapsed_s: null };
  expect(new KatgateError(problem)).toMatchObject({ message: "no device x", problem });
});
