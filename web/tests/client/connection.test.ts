import { beforeEach, expect, test, vi } from "vitest";
import { Connection, type ConnectionState } from "../../src/client/connection";
import type { Notification, Problem } from "../../src/wire";
import { FakeClock, FarEnd } from "../fakes";

let clock: FakeClock;
let sockets: FarEnd[];
let chance: number;
let heard: string[];
let connection: Connection;
let onState: (state: ConnectionState) => void;

const katgate = (): FarEnd => {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
};
const kind = () => connection.state.kind;

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  chance = 1;
  heard = [];
  onState = () => {};
  connection = new Connection(
    {
      clock,
      random: () => chance,
      openSocket: (events) => {
        const socket = new FarEnd(events);
        sockets.push(socket);
        return socket;
      },
    },
    {
      onState: (state) => onState(state),
      onHello: () => heard.push("hello"),
      onNotification: (notification: Notification) => heard.push(notification.kind),
      onLost: (heardAt) => heard.push(`lost, heard at ${heardAt}`),
    },
  );
  connection.connect();
});

test("it is connected when katgate has said hello, not before", () => {
  expect(kind()).toBe("connecting");
  katgate().hello();
  expect(kind()).toBe("connected");
  expect(heard).toEqual(["hello"]);
});

test("answers find their calls, in whatever order they come", () => {
  katgate().hello();
  const answers: string[] = [];
  connection.call("unsubscribe", { sub: "a" }, { answer: ({ ok }) => answers.push(`a ${ok}`) });
  connection.call("unsubscribe", { sub: "b" }, { answer: ({ ok }) => answers.push(`b ${ok}`) });
  const [first, second] = katgate().calls();
  katgate().answer(second?.id ?? 0, {});
  katgate().answer(first?.id ?? 0, {});
  katgate().answer(first?.id ?? 0, {}); // twice: nobody waits for it any more
  expect(answers).toEqual(["b true", "a true"]);
});

test("a problem reaches the caller in katgate's words", () => {
  katgate().hello();
  let problem: Problem | null = null;
  const answer = (answer: { ok: true } | { ok: false; problem: Problem }) => {
    if (!answer.ok) problem = answer.problem;
  };
  connection.call("sensors.subscribe", { device: "x", sensors: ["*"] }, { answer });
  const [call] = katgate().calls();
  const details = { code: "unknown-device", detail: "no device 'x'" };
  katgate().fail(call?.id ?? 0, { code: -32000, message: "m", data: details });
  expect(problem).toEqual({ ...details, reply: null, elapsed_s: null });
});

test("an answer that cannot be read is a problem, not silence", () => {
  katgate().hello();
  let isOk: boolean | null = null;
  const answer = ({ ok }: { ok: boolean }) => {
    isOk = ok;
  };
  connection.call("devices.subscribe", {}, { answer });
  katgate().answer(katgate().calls()[0]?.id ?? 0, "nonsense");
  expect(isOk).toBe(false);
});

test("without a session a call is not made", () => {
  const isMade = connection.call("ping", {}, { answer: () => heard.push("answer") });
  expect([isMade, katgate().calls()]).toEqual([false, []]);
});

test("back-off doubles from half a second up to ten, then stays", () => {
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    katgate().breakDown();
    const state = connection.state;
    if (state.kind !== "waiting") throw new Error(state.kind);
    waits.push(state.until - clock.now());
    clock.advance(state.until - clock.now());
  }
  expect(waits).toEqual([0.5, 1, 2, 4, 8, 10, 10]);
  expect(sockets.length).toBe(8);
});

test("jitter is full, and comes after the cap", () => {
  chance = 0.25;
  for (let attempt = 0; attempt < 9; attempt += 1) {
    katgate().breakDown();
    clock.advance(10);
  }
  katgate().breakDown();
  expect(connection.state).toMatchObject({ until: clock.now() + 2.5 });
});

test("after a good session the back-off starts low, after a short one it does not", () => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    katgate().breakDown();
    clock.advance(10);
  }
  katgate().hello();
  clock.advance(1);
  katgate().hangUp(4002);
  expect(connection.state).toMatchObject({ until: clock.now() + 8 });
  clock.advance(8);
  katgate().hello();
  clock.advance(6);
  katgate().hangUp();
  expect(connection.state).toMatchObject({ until: clock.now() + 0.5 });
});

test("a nudge ends the waiting at once", () => {
  katgate().breakDown();
  connection.nudge();
  expect(kind()).toBe("connecting");
  expect(sockets.length).toBe(2);
  clock.advance(0.5); // the back-off's own timer must not open a third
  expect(sockets.length).toBe(2);
});

test("a nudge while connected asks whether katgate still lives", () => {
  katgate().hello();
  connection.nudge();
  expect(katgate().methods()).toEqual(["ping"]);
  clock.advance(10);
  expect(kind()).toBe("waiting");
});

test.each([4501, 4502, 4999])("close code %i means: do not come back", (code) => {
  katgate().hello();
  katgate().hangUp(code, "your token was revoked");
  expect(connection.state).toEqual({ kind: "refused", reason: "your token was revoked" });
  connection.nudge();
  clock.advance(3600);
  expect(sockets.length).toBe(1);
  expect(clock.waiting).toBe(0);
});

test.each([1000, 1001, 1006, 1009, 4001, 4002, 4499])("close code %i: come back", (code) => {
  katgate().hangUp(code);
  expect(kind()).toBe("waiting");
});

test("after a refusal a person can try again", () => {
  katgate().hangUp(4502);
  expect(connection.state).toMatchObject({ reason: "too many connections" });
  connection.connect();
  katgate().hello();
  expect(kind()).toBe("connected");
});

test("it pings every 20 s as long as anything comes back", () => {
  katgate().hello();
  for (let round = 0; round < 3; round += 1) {
    clock.advance(20);
    expect(katgate().methods()).toEqual(["ping"]);
    clock.advance(0); // not the answer: any message will do
    katgate().notify("notice", { level: "info", code: "x", detail: "" });
  }
  expect(kind()).toBe("connected");
});

test("10 s of silence after a ping is the end, and tells when katgate was last heard", () => {
  katgate().hello();
  const dead = katgate();
  clock.advance(29.9);
  expect(kind()).toBe("connected");
  clock.advance(0.1);
  expect(kind()).toBe("waiting");
  expect(dead.isClosed).toBe(true);
  expect(heard).toEqual(["hello", "lost, heard at 100"]);
});

test("a socket that opens but never says hello is given up", () => {
  clock.advance(10);
  expect(kind()).toBe("waiting");
});

test("late events of a dropped socket reach nobody", () => {
  const old = katgate();
  old.hello();
  old.breakDown();
  connection.nudge();
  katgate().hello();
  heard.length = 0;
  old.notify("notice", { level: "info", code: "x", detail: "" });
  old.hangUp(4500);
  old.breakDown();
  expect(heard).toEqual([]);
  expect(kind()).toBe("connected");
});

test("messages that cannot be used do no harm", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  katgate().hello();
  katgate().say("garbage");
  katgate().notify("weather.report", {});
  katgate().answer(999, {});
  expect(kind()).toBe("connected");
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockRestore();
});

test("a call in flight when the socket closes is lost, whatever the next socket answers", () => {
  katgate().hello();
  const answer = () => heard.push("answer");
  connection.call("ping", {}, { answer, lost: () => heard.push("call lost") });
  const [call] = katgate().calls();
  katgate().breakDown();
  connection.nudge();
  katgate().hello();
  katgate().answer(call?.id ?? 0, {});
  expect(heard).toEqual(["hello", "call lost", "lost, heard at 100", "hello"]);
});

test("informs of a request reach who asked, until the answer", () => {
  katgate().hello();
  const words: unknown[] = [];
  const params = { device: "cbf", request: "help", arguments: [] };
  connection.call("request", params, {
    inform: (inform) => words.push(inform),
    answer: ({ ok }) => words.push(ok),
  });
  const id = katgate().calls()[0]?.id ?? 0;
  katgate().notify("request.inform", { id, inform: ["help", "halt", "Stop."] });
  katgate().answer(id, { ok: true, arguments: ["1"], informs: [], duration: 0.1 });
  katgate().notify("request.inform", { id, inform: ["late"] });
  expect(words).toEqual([["help", "halt", "Stop."], true]);
});

test("closed by us: no attempts any more, until it is wanted again", () => {
  katgate().hello();
  connection.close();
  expect([kind(), heard.at(-1)]).toEqual(["closed", "lost, heard at 100"]);
  connection.nudge();
  clock.advance(3600);
  expect([sockets.length, clock.waiting]).toEqual([1, 0]);
  connection.connect();
  katgate().hello();
  expect(kind()).toBe("connected");
});

test.each(["waiting", "connecting"])("who closes it as it is %s is obeyed", (when) => {
  onState = (state) => {
    if (state.kind === when) connection.close();
  };
  katgate().breakDown();
  clock.advance(3600);
  expect([kind(), clock.waiting]).toEqual(["closed", 0]);
  expect(sockets.length).toBe(1);
});

test("who connects as it is waiting gets one socket", () => {
  onState = ({ kind }) => kind === "waiting" && connection.connect();
  katgate().breakDown();
  katgate().hello();
  clock.advance(19);
  expect([kind(), sockets.length]).toEqual(["connected", 2]);
});
