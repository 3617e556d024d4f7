import { expect, test } from "vitest";
import { Redraw } from "../../src/model/redraw";
import { FakeClock } from "../fakes";

function made() {
  const clock = new FakeClock();
  const frames: (() => void)[] = [];
  const redraw = new Redraw(clock, (callBack) => frames.push(callBack));
  return { clock, frames, redraw };
}

test("marked in a hidden tab for an hour: one frame waits, and one timer at most", () => {
  const { clock, frames, redraw } = made();
  for (let n = 0; n < 36_000; n += 1) {
    redraw.mark();
    clock.advance(0.1);
  }
  expect([frames.length, clock.waiting, redraw.revision.value]).toEqual([1, 0, 0]);
  frames[0]?.();
  expect(redraw.revision.value).toBe(1);
});

test("what is marked while it is drawn is drawn the next time", () => {
  const { clock, frames, redraw } = made();
  const stop = redraw.revision.subscribe((revision) => revision === 1 && redraw.mark());
  redraw.mark();
  frames.shift()?.();
  clock.advance(0.1);
  expect(frames.length).toBe(1);
  stop();
});
