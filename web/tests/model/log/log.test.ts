import { beforeEach, expect, test } from "vitest";
import { Log } from "../../../src/model/log/log";
import { logText } from "../../../src/model/log/log_export";
import { NO_FILTER } from "../../../src/model/log/log_filter";
import { informRow, type LogRow } from "../../../src/model/log/log_row";
import type { Inform } from "../../../src/wire";

let log: Log;
let looks: number;

beforeEach(() => {
  looks = 0;
  log = new Log(() => {
    looks += 1;
  });
});

function heard(name: string, ...words: Inform["arguments"]): Inform {
  return { device: "cbf", time: 1_700_000_000, name, arguments: words };
}

function logged(level: string, text: string, name = "corr"): Inform {
  return heard("log", level, "1700000000.5", name, text);
}

function told(rows: readonly LogRow[] = log.shown): string[] {
  return rows.map((row) => (row.kind === "gap" ? `${row.by} ${row.count}` : row.text));
}

test.each([
  [
    logged("warn", "hot\n"),
    { isLog: true, level: "warn", time: 1_700_000_000.5, name: "corr", text: "hot\\n" },
  ],
  [heard("log", "info", "1700000000500", "a", "b"), { time: 1_700_000_000.5 }], // KATCP 4
  [
    heard("log", "odd", "x", "a", "b", "c"),
    { isLog: true, level: null, time: null, text: "odd b c" },
  ],
  [heard("log", "warn", "b"), { isLog: false, level: null, name: "log", text: "warn b" }],
  [heard("log", "warn", "", "a", ""), { time: null, text: "(empty)" }],
  [
    heard("hello", "a b", "", "<script>", "\u001b[2J"),
    { isLog: false, name: "hello", text: "a b (empty) <script> \\u001b[2J" },
  ],
  [heard("raw", { base64: "/w==" }, { omitted: 9 }), { text: "base64 /w== (9 bytes, not shown)" }],
])("%j", (inform, row) => expect(informRow(inform, 1)).toMatchObject(row));

test("every change is told", () => {
  for (let n = 0; n < 10; n += 1) log.add([heard("x")], 0);
  expect(looks).toBe(10);
});

test("the newest 2,000 are kept, oldest first, and what katgate dropped is a line", () => {
  for (let n = 0; n < 5000; n += 1) log.add([heard("x", String(n))], 0);
  log.add([heard("x", "last")], 7);
  expect(log.size).toBeLessThanOrEqual(2200);
  expect(log.size).toBeGreaterThanOrEqual(2000);
  expect(told().slice(-3)).toEqual(["4999", "katgate 7", "last"]);
  expect(log.shown.length).toBe(log.size);
});

test("paused, the rows stand still; then all that was kept follows, and how many were not", () => {
  log.add([heard("x", "before")], 0);
  log.pause();
  for (let n = 0; n < 10_000; n += 1) log.add([heard("x", String(n))], n === 0 ? 3 : 0);
  expect(told()).toEqual(["before"]);
  expect(log.waiting).toBe(10_003);
  log.follow();
  const [first, gap, ...rest] = told();
  expect(first).toBe("before");
  expect(gap).toBe(`page ${10_003 - rest.length}`);
  expect(rest.at(-1)).toBe("9999");
  expect(log.waiting).toBe(0);
  for (let n = 0; n < 500; n += 1) log.add([heard("x")], 0);
  expect(log.shown.length).toBe(log.size);
});

test("what was missed in a pause is said, however many rows there were before", () => {
  for (let n = 0; n < 5000; n += 1) log.add([heard("x")], 0);
  log.pause();
  for (let n = 0; n < 2205; n += 1) log.add([heard("x", String(n))], 0);
  log.follow();
  expect(told().slice(0, 2)).toEqual(["page 206", "206"]);
});

test.each([
  [{ ...NO_FILTER, level: "warn" as const }, ["hot", "odd weird"]],
  [{ ...NO_FILTER, name: "COR" }, ["hot", "cool", "odd weird"]],
  [{ ...NO_FILTER, text: "cbf CO" }, ["hot", "cool", "odd weird"]],
  [{ ...NO_FILTER, text: "hello" }, ["1"]],
  [{ ...NO_FILTER, text: "nothing" }, []],
])("filter %j", (filter, texts) => {
  const informs = [
    logged("error", "hot"),
    logged("info", "cool"),
    logged("odd", "weird"),
    heard("hello", "1"),
  ];
  log.add(informs, 0);
  log.setFilter(filter);
  expect(told()).toEqual(texts);
  log.clear();
  log.add(informs, 0); // those that come later are tested, too
  expect(told()).toEqual(texts);
});

test("gaps are seen through any filter, and a connection that was lost is one", () => {
  log.add([heard("x", "1")], 2);
  log.missed();
  log.setFilter({ ...NO_FILTER, text: "nothing" });
  expect(told()).toEqual(["katgate 2", "away 0"]);
});

test("the exported text has a line for each, whatever is in it", () => {
  log.add([logged("warn", "a\nb"), heard("hello", "x y")], 4);
  const text = logText(log.shown, (time) => `<${time}>`);
  expect(text).toBe(
    "--- 4 dropped: more than katgate keeps for a browser that is slow ---\n" +
      "<1700000000.5> cbf warn corr: a\\nb\n" +
      "<1700000000> cbf #hello x y\n",
  );
});
