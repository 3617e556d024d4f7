import { expect, test } from "vitest";
import { Location } from "../../src/model/location";
import { FakeBar } from "../fakes";

test.each([
  { device: "cbf", filter: "" },
  { device: "", filter: "*.temp" },
  { device: "a b/c#d&e=f%", filter: "status:warn x+y" },
  { device: "", filter: "" },
])("fields survive the URL: %o", ({ device, filter }) => {
  const href = new Location(new FakeBar()).href({ device, filter });
  const again = new Location(new FakeBar(href));
  expect([again.device, again.get("filter")]).toEqual([device, filter]);
});

test("a hash that is not ours leads to the sensors, with nothing chosen", () => {
  for (const hash of ["#chapter-2", "#device=", "#page=nowhere"]) {
    const location = new Location(new FakeBar(hash));
    expect([location.page, location.device]).toEqual(["sensors", ""]);
  }
});

test("a link followed is a page changed", () => {
  const bar = new FakeBar("#device=cbf");
  const location = new Location(bar);
  bar.follow("#page=log&device=dish&filter=x");
  expect([location.page, location.device, location.get("filter")]).toEqual(["log", "dish", "x"]);
});

test("typing in the filter keeps the device and makes no entry in the history", () => {
  const bar = new FakeBar("#device=cbf");
  new Location(bar).replace({ filter: "*.temp" });
  expect([bar.location.hash, bar.entries]).toEqual(["#device=cbf&filter=*.temp", 1]);
});

test("going somewhere makes an entry, staying does not", () => {
  const bar = new FakeBar("#device=cbf");
  const location = new Location(bar);
  location.go({ sensor: "cbf/a" });
  location.go({ sensor: "cbf/a" });
  expect(bar.entries).toBe(2);
  location.go({ sensor: null });
  expect(bar.location.hash).toBe("#device=cbf");
});

test("a field may be there several times", () => {
  const bar = new FakeBar("#plot=a/x&plot=b/y");
  const location = new Location(bar);
  expect(location.all("plot")).toEqual(["a/x", "b/y"]);
  location.replace({ plot: ["b/y", "c/z"] });
  expect(bar.location.hash).toBe("#plot=b%2Fy&plot=c%2Fz");
});
