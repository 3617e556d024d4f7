import { expect, test } from "vitest";
import { Location, parseHash, toHash } from "../src/model/location";
import { FakeBar } from "./fakes";

test.each([
  { device: "cbf", filter: "" },
  { device: null, filter: "*.temp" },
  { device: "a b/c#d&e=f%", filter: "status:warn x+y" },
  { device: null, filter: "" },
])("a place survives the URL: %o", (place) => {
  expect(parseHash(toHash(place))).toEqual(place);
});

test("a hash that is not ours is an empty place", () => {
  expect(parseHash("#chapter-2")).toEqual({ device: null, filter: "" });
  expect(parseHash("#device=")).toEqual({ device: null, filter: "" });
});

test("a link followed is a place changed", () => {
  const bar = new FakeBar("#device=cbf");
  const location = new Location(bar);
  bar.follow("#device=dish&filter=x");
  expect(location.place.value).toEqual({ device: "dish", filter: "x" });
});

test("typing in the filter keeps the device", () => {
  const bar = new FakeBar("#device=cbf");
  new Location(bar).replace({ filter: "*.temp" });
  expect(parseHash(bar.location.hash)).toEqual({ device: "cbf", filter: "*.temp" });
});
