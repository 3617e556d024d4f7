import { expect, test } from "vitest";
import { parseMessage, parseResult } from "../src/parse";
import { device } from "./fakes";

const said = (method: string, params: unknown) =>
  parseMessage(JSON.stringify({ jsonrpc: "2.0", method, params }));

test.each([
  ["not JSON", "{"],
  ["a list", "[]"],
  ["null", "null"],
  ["neither method nor id", '{"jsonrpc":"2.0"}'],
  ["a later method", '{"jsonrpc":"2.0","method":"weather.report","params":{}}'],
  ["a method without params", '{"jsonrpc":"2.0","method":"readings"}'],
  ["readings without sub", '{"jsonrpc":"2.0","method":"readings","params":{"seq":1}}'],
])("%s is ignored", (_, text) => {
  expect(parseMessage(text).kind).toBe("ignored");
});

test("every kind of value comes through as it is", () => {
  const values = [
    1,
    1.5,
    "92233720368547758070",
    "nan",
    "-inf",
    true,
    "",
    { base64: "/wA=" },
    { omitted: 7 },
  ];
  const rows = values.map((value, n) => [`s${n}`, 1.25, "nominal", value]);
  const message = said("readings", { sub: "a", seq: 3, readings: { cbf: rows } });
  if (message.kind !== "readings") throw new Error(message.kind);
  expect(message.devices.get("cbf")?.map(({ value }) => value)).toEqual(values);
});

test("a bad row is left out and the others are kept", () => {
  const rows = [
    ["good", 1, "nominal", 1],
    ["no such status", 1, "fine", 1],
    ["list for a value", 1, "nominal", [1]],
    "not a row",
    ["none yet", null, "unknown", null, null],
  ];
  const message = said("readings", { sub: 1, seq: 3, snapshot: true, readings: { cbf: rows } });
  if (message.kind !== "readings") throw new Error(message.kind);
  expect(message.devices.get("cbf")?.map((row) => row.sensor)).toEqual(["good", "none yet"]);
});

test("from is seq where the frame covers one only", () => {
  expect(said("readings", { sub: 1, seq: 8 })).toMatchObject({ from: 8, seq: 8, conflated: 0 });
  expect(said("readings", { sub: 1, seq: 8, from: 5 })).toMatchObject({ from: 5, seq: 8 });
});

test("an error shows the detail of its problem, or else its message", () => {
  const problem = (error: unknown) =>
    parseMessage(JSON.stringify({ jsonrpc: "2.0", id: 1, error }));
  expect(
    problem({ code: -32000, message: "m", data: { code: "forbidden", detail: "why" } }),
  ).toMatchObject({ kind: "error", id: 1, problem: { code: "forbidden", detail: "why" } });
  expect(problem({ code: -32601, message: "no method" })).toMatchObject({
    problem: { detail: "no method" },
  });
});

test("a device in a state nobody knows is left out of the list", () => {
  const devices = [device("cbf"), device("odd", { state: "dancing" })];
  const result = parseResult("devices.subscribe", { sub: "d", devices });
  expect(result?.devices.map(({ name }) => name)).toEqual(["cbf"]);
});

test("the protocol is written as KATCP writes it, and empty before it is known", () => {
  const protocolOf = (protocol: unknown) =>
    parseResult("devices.subscribe", { sub: "d", devices: [device("cbf", { protocol })] })
      ?.devices[0]?.protocol;
  expect(protocolOf({ major: 5, minor: 1, flags: "IMB" })).toBe("5.1-IMB");
  expect(protocolOf({ major: 5, minor: 0, flags: ["I", "M"] })).toBe("5.0-IM");
  expect(protocolOf({ major: 4, minor: 0, flags: "" })).toBe("4.0");
  expect(protocolOf(null)).toBe("");
});

test("a result without what it cannot do without is refused", () => {
  expect(parseResult("sensors.subscribe", { sub: "a", sensors: [] })).toBeNull();
  expect(parseResult("devices.subscribe", [])).toBeNull();
});
