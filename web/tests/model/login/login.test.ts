import { expect, test } from "vitest";
import { KatgateError } from "../../../src/client/katgate";
import { Bench } from "../../fakes";

const NOBODY = { user: null, role: null };
const LUDWIG = { user: "ludwig", role: "operator" };
const ROOT = { name: "katgate", login: true, ...LUDWIG, expires: 5000 };

/** A page before a katgate with logins; `asked` is what it asked of REST. */
class LoginBench extends Bench {
  readonly asked: string[] = [];
  answers: Record<string, unknown> = { "../v1": ROOT, login: {}, logout: {} };

  constructor() {
    super("#page=log&device=cbf");
    this.fetchJson = async (path, init) => {
      this.asked.push([init?.method ?? "GET", path, init?.body].filter(Boolean).join(" "));
      const answer = this.answers[path];
      if (answer instanceof Error) throw answer;
      return answer;
    };
  }

  get login() {
    return this.dashboard.login;
  }

  get step() {
    return this.login.step.value;
  }
}

function problem(code: string, detail: string, retryAfter_s: number | null = null): KatgateError {
  return new KatgateError({ code, detail, reply: null, elapsed_s: null }, retryAfter_s);
}

/** Promises that are settled are heard of. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("without logins nothing is known of them", async () => {
  const bench = new LoginBench();
  bench.answers["../v1"] = { name: "katgate", login: false, user: "local", role: "admin" };
  bench.greet(["cbf"], { user: "local", role: "admin" });
  await settle();
  const { isNeeded, isOpen, who } = bench.login;
  expect([isNeeded.value, isOpen.value, who.value]).toEqual([false, true, null]);
});

test("a hello for nobody asks for a login; after it the page is where it was", async () => {
  const bench = new LoginBench();
  bench.katgate.hello(NOBODY);
  expect([bench.login.isNeeded.value, bench.login.why.value]).toEqual([true, ""]);
  await bench.login.logIn("kg_1");
  expect(bench.asked).toEqual(['POST login {"token":"kg_1"}']);
  expect(bench.told).toEqual(["announced"]);
  expect(bench.sockets.length).toBe(2);
  expect(bench.login.isNeeded.value).toBe(true); // until katgate says hello to somebody
  bench.greet(["cbf"], LUDWIG);
  await settle();
  expect(bench.login.isNeeded.value).toBe(false);
  expect(bench.login.who.value).toEqual({ ...LUDWIG, expires: 5000 });
  expect(bench.bar.location.hash).toBe("#page=log&device=cbf");
});

test("a wrong token is told in katgate's words, and no socket is opened for it", async () => {
  const bench = new LoginBench();
  bench.katgate.hello(NOBODY);
  bench.answers.login = problem("unauthorized", "the token is not one of ours");
  await bench.login.logIn("kg_1");
  const detail = "the token is not one of ours";
  expect(bench.step).toEqual({ kind: "refused", detail, isTokenBad: true });
  bench.answers.login = problem("", "katgate cannot be reached");
  await bench.login.logIn("kg_1");
  expect(bench.step).toMatchObject({ detail: "katgate cannot be reached", isTokenBad: false });
  expect(bench.sockets.length).toBe(1);
  bench.dashboard.katgate.connection.nudge();
  bench.katgate.hello(NOBODY);
  expect(bench.step).toEqual({ kind: "ready" }); // it can be
});

test("after too many attempts it says when the next may be, by katgate's clock", async () => {
  const bench = new LoginBench();
  bench.katgate.hello({ ...NOBODY, time: 1000 });
  bench.answers.login = problem("too-many-requests", "slow down", 12);
  bench.clock.advance(3);
  await bench.login.logIn("kg_1");
  expect(bench.step.kind).toBe("too-many");
  expect(bench.step).toMatchObject({ until: bench.dashboard.katgate.time.now() + 12 });
});

test("twice at once is once", async () => {
  const bench = new LoginBench();
  bench.katgate.hello(NOBODY);
  await Promise.all([bench.login.logIn("kg_1"), bench.login.logIn("kg_1")]);
  expect(bench.asked.length).toBe(1);
});

test("a browser that keeps no cookie is told so, and does not try for ever", async () => {
  const bench = new LoginBench();
  bench.katgate.hello(NOBODY);
  await bench.login.logIn("kg_1");
  bench.katgate.hello(NOBODY);
  expect(bench.step).toMatchObject({ kind: "refused", isTokenBad: false });
  expect(bench.step).toMatchObject({ detail: expect.stringContaining("cookie") });
  bench.clock.advance(3600);
  expect(bench.sockets.length).toBe(2);
});

test("a login that ends: why is said, values stay, and everything goes on after the next", async () => {
  const bench = new LoginBench();
  bench.greet(["cbf"], LUDWIG);
  bench.katgate.calls();
  const ended = { level: "warn", code: "session-expired", detail: "your login has ended" };
  bench.katgate.notify("notice", ended);
  bench.katgate.hangUp(4500, "your login has ended");
  await settle();
  expect([bench.login.isNeeded.value, bench.login.why.value, bench.login.who.value]).toEqual([
    true,
    "your login has ended",
    null,
  ]);
  expect(bench.dashboard.notices.list.value).toEqual([]); // the login page says it
  await bench.login.logIn("kg_1");
  bench.katgate.hello(LUDWIG);
  expect(bench.katgate.methods()).toContain("devices.subscribe");
  expect(bench.told).toEqual(["announced"]);
});

test("a login that ended unseen has ended all the same", () => {
  const bench = new LoginBench();
  bench.greet(["cbf"], LUDWIG);
  bench.dashboard.katgate.connection.close(); // as a page does that nobody looks at
  bench.dashboard.katgate.connection.connect();
  bench.katgate.hello(NOBODY);
  expect(bench.login.why.value).toBe("Your login has ended.");
});

test("REST hears of the end first", async () => {
  const bench = new LoginBench();
  bench.greet(["cbf"], LUDWIG);
  bench.answers["devices/cbf/requests"] = problem("unauthorized", "say who you are");
  await bench.dashboard.requests.load("cbf");
  expect([bench.login.isNeeded.value, bench.login.why.value]).toEqual([true, "say who you are"]);
});

test("logging out, whether the socket or the answer comes first", async () => {
  for (const isSocketFirst of [true, false]) {
    const bench = new LoginBench();
    bench.greet(["cbf"], LUDWIG);
    await settle();
    bench.answers["../v1"] = { name: "katgate", login: true, ...NOBODY };
    const done = bench.login.logOut();
    if (isSocketFirst) bench.katgate.hangUp(4500, "your login has ended");
    await done;
    expect([bench.login.isNeeded.value, bench.login.why.value]).toEqual([
      true,
      "You have logged out.",
    ]);
  }
});

test("who cannot leave is told why", async () => {
  const bench = new LoginBench();
  bench.greet(["cbf"], LUDWIG);
  await bench.login.logOut(); // katgate still knows them: by a proxy
  expect(bench.login.problem.value).toContain("You are still ludwig");
  bench.answers.logout = problem("", "katgate cannot be reached");
  await bench.login.logOut();
  expect(bench.login.problem.value).toBe("You are still logged in: katgate cannot be reached.");
  expect(bench.login.isNeeded.value).toBe(false);
});

test("a login on another page of the browser is taken up", () => {
  const bench = new LoginBench();
  bench.greet(["cbf"], LUDWIG);
  bench.login.onElsewhere();
  expect(bench.sockets.length).toBe(1); // there is nothing to be taken up
  bench.katgate.hangUp(4500);
  bench.login.onElsewhere();
  expect(bench.sockets.length).toBe(2);
});

test("somebody else begins with an empty page, and without the history of requests", async () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const bench = new Bench("#device=cbf", store);
  bench.greet(["cbf"], LUDWIG);
  const asked = { device: "cbf", request: "gain", arguments: ["m000h"], timeout_s: null };
  bench.dashboard.console.send(asked);
  bench.katgate.hangUp(4003);
  await settle();
  bench.clock.advance(1);
  bench.katgate.hello({ ...LUDWIG, role: "viewer" });
  expect([bench.told, bench.dashboard.console.entries.length]).toEqual([[], 1]);
  bench.katgate.hangUp(4500);
  bench.dashboard.katgate.connection.connect();
  bench.katgate.hello({ user: "maria", role: "operator" });
  expect([bench.told, bench.dashboard.console.entries.length]).toEqual([["reloaded"], 0]);
});
