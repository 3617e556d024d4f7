/** A katgate with logins: hellos for nobody, tokens, and logins that end. */
import { expect, test } from "vitest";
import { Connection } from "../../src/client/connection";
import { FakeClock, FarEnd } from "../fakes";

const NOBODY = { user: null, role: null };
const WRONG = { code: -32000, message: "m", data: { code: "unauthorized", detail: "not ours" } };

function begun(token?: () => Promise<string>) {
  const clock = new FakeClock();
  const sockets: FarEnd[] = [];
  const heard: string[] = [];
  const openSocket = (events: ConstructorParameters<typeof FarEnd>[0]) => {
    const socket = new FarEnd(events);
    sockets.push(socket);
    return socket;
  };
  const connection = new Connection(
    { clock, openSocket, random: () => 1, token },
    {
      onState: ({ kind }) => heard.push(kind),
      onHello: ({ user, role }) => heard.push(`hello ${user} ${role}`),
      onLost: () => heard.push("lost"),
      onNotification: ({ kind }) => heard.push(kind),
    },
  );
  connection.connect();
  const katgate = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("no socket");
    return socket;
  };
  return { clock, sockets, heard, connection, katgate };
}

/** Promises that are settled are heard of. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("a hello for nobody, and no token: the socket is closed, and nothing is tried", () => {
  const { clock, sockets, heard, connection, katgate } = begun();
  katgate().hello(NOBODY);
  expect(heard).toEqual(["connecting", "login-needed", "lost"]);
  expect(katgate().isClosed).toBe(true);
  clock.advance(3600);
  expect([sockets.length, clock.waiting]).toEqual([1, 0]);
  connection.connect();
  katgate().hello({ user: "ludwig", role: "operator" });
  expect(heard.slice(3)).toEqual(["connecting", "connected", "hello ludwig operator"]);
});

test("looked at again it tries once: somebody may have logged in elsewhere", () => {
  const { sockets, connection, katgate } = begun();
  katgate().hello(NOBODY);
  connection.nudge();
  expect(sockets.length).toBe(2);
  katgate().hello(NOBODY);
  expect(connection.state).toEqual({ kind: "login-needed", reason: "" });
});

test("with a token it is the first message, and then everything is as ever", async () => {
  const { heard, connection, katgate } = begun(async () => "kg_1");
  katgate().hello(NOBODY);
  await settle();
  expect(connection.isConnected).toBe(false);
  const [call] = katgate().calls();
  expect(call).toMatchObject({ method: "authenticate", params: { token: "kg_1" } });
  katgate().answer(call?.id ?? 0, { user: "page", role: "viewer" });
  expect(heard).toEqual(["connecting", "connected", "hello page viewer"]);
});

test("a token that does not count is shown once", async () => {
  const { clock, sockets, connection, katgate } = begun(async () => "kg_1");
  katgate().hello(NOBODY);
  await settle();
  katgate().fail(katgate().calls()[0]?.id ?? 0, WRONG);
  expect(connection.state).toEqual({ kind: "login-needed", reason: "not ours" });
  clock.advance(3600);
  expect(sockets.length).toBe(1);
});

test("where no token can be got, or katgate has no time for it, it is tried again", async () => {
  let isThere = false;
  const { clock, connection, katgate } = begun(async () => {
    if (!isThere) throw new Error("no network");
    return "kg_1";
  });
  katgate().hello(NOBODY);
  await settle();
  expect(connection.state).toMatchObject({
    kind: "waiting",
    reason: "no token: Error: no network",
  });
  isThere = true;
  clock.advance(1);
  katgate().hello(NOBODY);
  await settle();
  const busy = { code: "too-many-requests", detail: "wait" };
  katgate().fail(katgate().calls()[0]?.id ?? 0, { code: -32000, message: "m", data: busy });
  expect(connection.state).toMatchObject({ kind: "waiting", reason: "wait" });
});

test("a token that comes after the socket has gone is not sent to the next one", async () => {
  const { clock, katgate } = begun(async () => "kg_1");
  katgate().hello(NOBODY);
  katgate().hangUp();
  clock.advance(1);
  await settle();
  expect(katgate().calls()).toEqual([]);
});

test("a katgate that never takes the token is given up like one that never says hello", async () => {
  const { clock, connection, katgate } = begun(async () => "kg_1");
  katgate().hello(NOBODY);
  await settle();
  clock.advance(10);
  expect(connection.state.kind).toBe("waiting");
});

test("4500: the login has ended; 4003: come back, for other rights", () => {
  const { clock, sockets, connection, katgate } = begun();
  katgate().hello({ user: "ludwig", role: "operator" });
  katgate().hangUp(4003, "your rights have changed");
  expect(connection.state).toMatchObject({ kind: "waiting" });
  clock.advance(1);
  katgate().hello({ user: "ludwig", role: "viewer" });
  expect(connection.state).toMatchObject({ kind: "connected", hello: { role: "viewer" } });
  katgate().hangUp(4500, "your login has ended");
  expect(connection.state).toEqual({ kind: "login-needed", reason: "your login has ended" });
  clock.advance(3600);
  expect(sockets.length).toBe(2);
});
