import { expect, test } from "vitest";
import { isoStamp, TIMES } from "../../src/view/times";

const NOON = Date.UTC(2026, 2, 1, 12, 3, 41, 250) / 1000;

test("a time of another day says which day", () => {
  expect(TIMES.UTC.clock(NOON, NOON + 60)).toBe("12:03:41");
  expect(TIMES.UTC.clock(NOON, NOON + 86400)).toBe("2026-03-01 12:03:41");
});

test("a device's timestamp is UTC with milliseconds", () => {
  expect(isoStamp(1_000_000_000.25)).toBe("2001-09-09T01:46:40.250Z");
  expect(TIMES.UTC.stamp(NOON)).toBe("2026-03-01 12:03:41.250 UTC");
  expect(TIMES.UTC.exactClock(NOON)).toBe("12:03:41.250");
});

test("local time says how far it is from UTC, and means the same moment", () => {
  const [day, ofDay, offset] = TIMES.local.stamp(NOON).split(" ");
  expect(Date.parse(`${day}T${ofDay}${offset}`) / 1000).toBe(NOON);
});

test.each([Number.NaN, 1e300, -1e300])("where no calendar reaches: %d", (time) => {
  for (const times of [TIMES.UTC, TIMES.local]) {
    expect(times.stamp(time)).toBe(String(time));
    expect(times.clock(time, 0)).toBe(String(time));
  }
  expect(isoStamp(time)).toBe(String(time));
});
