import { expect, test } from "vitest";
import { fetchAudit, parseAudit } from "../../../src/model/admin/audit";
import { parseBrowsers } from "../../../src/model/admin/browsers";
import { Bench } from "../../fakes";

const RECORD = {
  number: 7,
  time: "2026-03-01T12:00:00.250Z",
  what: "request",
  user: "ludwig",
  role: "operator",
  how: "token",
  address: "10.8.0.7",
  device: "cbf",
  request: "gain",
  arguments: ["m000h", "1.5"],
  outcome: "failed",
  why: "device-failed",
  detail: "cbf said no",
  duration: 0.012,
  count: 3,
};

test("a record is a line for people", () => {
  const { deeds, next, unwritten } = parseAudit({ records: [RECORD], next: 6, unwritten: 2 });
  expect([deeds, next, unwritten]).toEqual([
    [
      {
        number: 7,
        time: 1772366400.25,
        what: "request",
        user: "ludwig",
        address: "10.8.0.7",
        device: "cbf",
        line: "gain m000h 1.5",
        outcome: "failed",
        detail: "cbf said no",
        count: 3,
      },
    ],
    6,
    2,
  ]);
});

test("what katgate does by itself has neither user nor request; what is no record is left out", () => {
  const bare = { number: 1, time: "?", what: "lease", user: null, arguments: null, why: "expired" };
  const { deeds } = parseAudit({ records: [bare, "nonsense", { what: "x" }], next: null });
  expect(deeds).toMatchObject([{ user: null, line: "", device: "", detail: "expired", count: 1 }]);
  expect(parseAudit(null)).toEqual({ deeds: [], next: null, unwritten: 0 });
});

test("only what is filled in is asked for", async () => {
  const bench = new Bench();
  const asked: string[] = [];
  bench.fetchJson = async (path) => asked.push(path);
  const { katgate } = bench.dashboard;
  await fetchAudit(katgate, { user: "", device: "", outcome: "" }, null);
  await fetchAudit(katgate, { user: "a&b", device: "m0*", outcome: "refused" }, 12);
  expect(asked).toEqual(["audit?", "audit?user=a%26b&device=m0*&outcome=refused&before=12"]);
});

test("browsers, with or without a login", () => {
  const subscriptions = { "sensors.subscribe": 2, "informs.subscribe": 1 };
  const full = { id: 1, kind: "websocket", user: "eva", role: "viewer", subscriptions, lag: 0.5 };
  expect(parseBrowsers({ browsers: [full, { id: 2 }, { user: "x" }] })).toMatchObject([
    { id: 1, user: "eva", subscriptions: 3, lag_s: 0.5, queued: 0 },
    { id: 2, user: null, subscriptions: 0 },
  ]);
});

test("the page is for admins, where there are logins", async () => {
  for (const [login, role, isThere] of [
    [true, "admin", true],
    [true, "operator", false],
    [false, "admin", false],
  ]) {
    const bench = new Bench();
    bench.fetchJson = async () => ({ login, user: "root", role });
    bench.greet([], { user: "root", role });
    await new Promise((resolve) => setTimeout(resolve));
    expect(bench.dashboard.pages.value.includes("admin")).toBe(isThere);
  }
});
