import { expect, test } from "vitest";
import { NumberTrace } from "../../../src/model/plot/number_trace";
import { plotCsv } from "../../../src/model/plot/plot_csv";
import { StateTrace } from "../../../src/model/plot/state_trace";

const HEAD = "time,unix_s,sensor,units,status,value\r\n";

test("readings in range, exact, in both times; gaps without a value; nothing that only held", () => {
  const trace = new NumberTrace();
  trace.append(9, 1, "nominal");
  trace.append(10.25, "18446744073709551617", "warn");
  trace.append(11, 0.1, "nominal");
  trace.append(12, "nan", "failure");
  trace.append(13, -1e-7, "error");
  trace.holdUntil(14);
  const name = { device: "cbf", name: "x" };
  expect(plotCsv([{ name, units: "K", trace }], { from: 10, to: 20 })).toBe(
    `${HEAD}1970-01-01T00:00:10.250Z,10.25,cbf:x,K,warn,18446744073709551617\r\n` +
      "1970-01-01T00:00:11.000Z,11,cbf:x,K,nominal,0.1\r\n" +
      "1970-01-01T00:00:12.000Z,12,cbf:x,K,failure,\r\n" +
      "1970-01-01T00:00:13.000Z,13,cbf:x,K,error,-1e-7\r\n",
  );
});

test("a state in force at the beginning is said, and texts cannot break out of their field", () => {
  const trace = new StateTrace("string");
  trace.append(1, 'a "b", c', "nominal");
  trace.append(15, "two\r\nlines", "nominal");
  const name = { device: "cbf", name: "mode" };
  expect(plotCsv([{ name, units: "", trace }], { from: 10, to: 20 })).toBe(
    `${HEAD}1970-01-01T00:00:01.000Z,1,cbf:mode,,nominal,"a ""b"", c"\r\n` +
      '1970-01-01T00:00:15.000Z,15,cbf:mode,,nominal,"two\r\nlines"\r\n',
  );
});
