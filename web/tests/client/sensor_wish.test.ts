import { expect, test } from "vitest";
import { Katgate } from "../../src/client/katgate";
import { FarEnd, sensor } from "../fakes";
import {
  clock,
  comeBack,
  goLive,
  grant,
  katgate,
  say,
  side,
  subscribe,
  told,
} from "./client_bench";

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
  const opened: FarEnd[] = [];
  const once = new Katgate(
    {
      clock,
      random: () => 0,
      wallTime: 5,
      fetchJson: () => Promise.reject(new Error("no REST here")),
      openSocket: (events) => {
        const far = new FarEnd(events);
        opened.push(far);
        return far;
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
  const [far] = opened;
  far?.hello();
  expect(far?.methods().sort()).toEqual(["devices.subscribe", "sensors.subscribe"]);
});
