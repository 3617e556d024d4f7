import { beforeEach, describe, expect, test } from "vitest";
import type { RequestOutcome } from "../../../src/client/katgate";
import { Console, type ConsoleNeeds } from "../../../src/model/requests/console";
import { InformsKept } from "../../../src/model/requests/informs_kept";
import { foundRequests, RequestList } from "../../../src/model/requests/request_list";
import type { RequestAbout, Word } from "../../../src/wire";

type Call = Parameters<ConsoleNeeds["send"]>[0];

interface Sent {
  readonly call: Call;
  readonly inform: (words: readonly Word[]) => void;
  readonly answer: (outcome: RequestOutcome) => Promise<void>;
}

let sent: Sent[];
let kept: Map<string, string>;
let looks: number;
let seconds: number;

function newConsole(store = storeOf(kept)): Console {
  return new Console({
    send: (call, onInform) =>
      new Promise((resolve) => {
        const answer = async (outcome: RequestOutcome) => {
          resolve(outcome);
          await Promise.resolve();
        };
        sent.push({ call, inform: onInform, answer });
      }),
    now: () => seconds,
    time: () => 1_700_000_000 + seconds,
    store,
    onDirty: () => {
      looks += 1;
    },
  });
}

function storeOf(kept: Map<string, string>) {
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

function problem(code: string, detail: string, reply: string | null = null): RequestOutcome {
  return { kind: "problem", problem: { code, detail, reply, elapsed_s: 5 } };
}

function ask(request: string, ...words: string[]) {
  return { device: "cbf", request, arguments: words, timeout_s: null };
}

beforeEach(() => {
  sent = [];
  looks = 0;
  kept = new Map();
  seconds = 10;
});

test("a request waits with its elapsed time, its informs stream in, and it ends with its duration", async () => {
  const console = newConsole();
  const entry = console.send({ ...ask("tone", "1000"), timeout_s: 7 });
  expect(sent[0]?.call).toEqual({
    device: "cbf",
    request: "tone",
    arguments: ["1000"],
    timeout: 7,
  });
  seconds = 12;
  expect([console.duration_s(entry), console.isWaiting]).toEqual([2, true]);
  const before = looks;
  sent[0]?.inform(["tone", "m000h", "-3"]);
  expect(looks).toBe(before + 1);
  expect(entry.informs.first).toEqual([["tone", "m000h", "-3"]]);
  seconds = 13;
  await sent[0]?.answer({ kind: "ok", arguments: ["1"], informs: 0, duration_s: 2.9 });
  seconds = 99;
  expect(entry.state).toEqual({ kind: "ok", arguments: ["1"], duration_s: 2.9 });
  expect([console.duration_s(entry), console.isWaiting]).toEqual([3, false]);
});

test("several are in flight, each gets its own end", async () => {
  const console = newConsole();
  const [one, two] = [console.send(ask("slew")), console.send(ask("stop"))];
  await sent[1]?.answer({ kind: "ok", arguments: [], informs: 0, duration_s: 0 });
  expect([one.state.kind, two.state.kind]).toEqual(["waiting", "ok"]);
  expect(console.entries).toEqual([two, one]);
});

test.each([
  [problem("device-failed", "cbf failed", "no capture"), { kind: "failed", words: "no capture" }],
  [problem("device-failed", "it gave no reason"), { kind: "failed", words: "it gave no reason" }],
  [problem("device-invalid", "x", "too many"), { kind: "failed", words: "too many" }],
  [problem("unknown-request", "x", "unknown"), { kind: "failed" }],
  [problem("unknown-request", "x"), { kind: "not-sent" }],
  [problem("device-timeout", "no reply"), { kind: "timed-out", elapsed_s: 5 }],
  [problem("device-disconnected", "was lost before the reply"), { kind: "lost" }],
  [problem("device-disconnected", "device 'cbf' is not connected"), { kind: "not-sent" }],
  [problem("shutting-down", "so this was not begun; ask again"), { kind: "not-sent" }],
  [problem("shutting-down", "it may or may not have been carried out"), { kind: "lost" }],
  [problem("confirm-required", "say so"), { kind: "unconfirmed", detail: "say so" }],
  [problem("forbidden", "you may not"), { kind: "not-sent", detail: "you may not" }],
  [{ kind: "lost", wasSent: true }, { kind: "lost" }],
  [{ kind: "lost", wasSent: false }, { kind: "not-sent" }],
] as const)("%j is told as %j", async (outcome, state) => {
  const entry = newConsole().send(ask("halt"));
  await sent[0]?.answer(outcome);
  expect(entry.state).toMatchObject(state);
});

test("a confirmed request says its name", () => {
  newConsole().send(ask("halt"), true);
  expect(sent[0]?.call.confirm).toBe("halt");
});

test("of a flood of informs the first and the last are kept", () => {
  const informs = new InformsKept();
  for (let n = 0; n < 350; n += 1) informs.add([String(n)]);
  expect([informs.first.length, informs.last.length, informs.notKept]).toEqual([200, 150, 0]);
  expect(informs.last[0]).toEqual(["200"]);
  for (let n = 350; n < 100_001; n += 1) informs.add([String(n)]);
  expect([informs.count, informs.notKept]).toEqual([100_001, 99_601]);
  expect([informs.last[0], informs.last.at(-1)]).toEqual([["99801"], ["100000"]]);
});

describe("history", () => {
  test("comes back after a reload; what was waiting is lost", async () => {
    const before = newConsole();
    before.send(ask("gain", "a b", "1"));
    sent[0]?.inform(["gain", "x"]);
    await sent[0]?.answer({
      kind: "ok",
      arguments: ["1", { base64: "/w==" }],
      informs: 1,
      duration_s: 0.1,
    });
    before.send(ask("slew"));
    const [slew, gain] = newConsole().entries;
    expect(gain).toMatchObject({
      asked: ask("gain", "a b", "1"),
      informsGone: 1,
      state: { kind: "ok", arguments: ["1", { base64: "/w==" }] },
    });
    expect(slew?.state).toMatchObject({ kind: "lost" });
    expect(slew?.state.kind === "lost" && slew.state.detail).toContain("loaded anew");
  });

  test("is bounded in number and size", () => {
    const console = newConsole();
    for (let n = 0; n < 250; n += 1) console.send(ask("x", "y".repeat(10_000)));
    console.send(ask("x", "z".repeat(1_000_000)));
    expect(console.entries.length).toBe(200);
    const size = kept.get("katgate.console")?.length ?? 0;
    expect(size).toBeGreaterThan(400_000);
    expect(size).toBeLessThan(600_000);
  });

  test.each([
    "",
    "{",
    "{}",
    "[1,null,{}]",
    '[{"asked":{"device":"a","request":"b","arguments":[1]}}]',
  ])("is empty where what was kept is rubbish: %j", (text) => {
    kept.set("katgate.console", text);
    expect(newConsole().entries).toEqual([]);
  });

  test("goes on without a store", () => {
    const refuse = () => {
      throw new Error("no");
    };
    const console = newConsole({ getItem: refuse, setItem: refuse });
    console.send(ask("x"));
    expect(console.entries.length).toBe(1);
  });

  test("clear forgets what has ended, not what waits", async () => {
    const console = newConsole();
    console.send(ask("x"));
    const waiting = console.send(ask("y"));
    await sent[0]?.answer({ kind: "lost", wasSent: true });
    console.clear();
    expect(console.entries).toEqual([waiting]);
  });

  test("gives the arguments of a request's earlier calls, each once", () => {
    const console = newConsole();
    for (const words of [["1"], ["2"], ["1"], []]) console.send(ask("x", ...words));
    console.send(ask("y", "3"));
    expect(console.argumentsBefore("x")).toEqual([[], ["1"], ["2"]]);
  });
});

describe("the list of requests", () => {
  const about = (name: string, description = ""): RequestAbout => ({
    name,
    description,
    timeoutHint_s: null,
    isDangerous: false,
    isAllowed: true,
  });

  test("an answer that comes late is that of another device", async () => {
    const answers = new Map<string, (requests: RequestAbout[]) => void>();
    const list = new RequestList((device) => new Promise((done) => answers.set(device, done)));
    const loads = [list.load("a"), list.load("b")];
    answers.get("b")?.([about("z"), about("y")]);
    answers.get("a")?.([about("x")]);
    await Promise.all(loads);
    expect(list.state.value).toEqual({ kind: "known", requests: [about("y"), about("z")] });
  });

  test("what is known stays when the device cannot be asked again", async () => {
    let isAway = false;
    const list = new RequestList(async () => {
      if (isAway) throw new Error("away");
      return [about("x")];
    });
    await list.load("a");
    isAway = true;
    await list.load("a");
    expect(list.state.value.kind).toBe("known");
    await list.load("b");
    expect(list.state.value).toEqual({ kind: "failed", detail: "away" });
  });

  test.each([
    ["", ["gain", "halt", "log-level"]],
    ["?ga", ["gain"]],
    ["LEVEL", ["log-level"]],
    ["stop", ["halt"]],
    ["the l", ["log-level"]],
    ["nothing", []],
  ])("searched for %j", (typed, names) => {
    const requests = [about("gain"), about("halt", "Stop it"), about("log-level", "Set the least")];
    expect(foundRequests(requests, typed).map(({ name }) => name)).toEqual(names);
  });
});

test("what katgate wants to be confirmed is known until it was sent otherwise", async () => {
  const page = newConsole();
  page.send(ask("halt"));
  expect(page.isUnconfirmed(ask("halt"))).toBe(false);
  await sent[0]?.answer(problem("confirm-required", "say so"));
  expect(page.isUnconfirmed(ask("halt", "now"))).toBe(true);
  expect(page.isUnconfirmed({ ...ask("halt"), device: "m000" })).toBe(false);
  page.send(ask("halt"), true);
  expect(page.isUnconfirmed(ask("halt"))).toBe(false);
});
