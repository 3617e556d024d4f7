import { expect, test } from "vitest";
import { KatgateError, type RequestOutcome } from "../../src/client/katgate";
import { device } from "../fakes";
import { comeBack, fetched, grant, heard, katgate, side, told } from "./client_bench";

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
