import { expect, test } from "vitest";
import { Katgate, type Subscription } from "../../src/client/katgate";
import type { SensorSelection, WishState } from "../../src/client/sensor_wish";
import { Chance } from "../chance";
import { FakeClock, FarEnd } from "../fakes";
import { KatgateSide } from "./katgate_side";

const WALKS = 400;
const STEPS = 150;
const DEVICES = ["cbf", "dish"];
const NAMES = ["a", "b", "c"];
/** Some are equal for katgate, though not letter by letter. */
const SELECTIONS: readonly SensorSelection[] = [
  { device: "cbf", sensors: ["*"] },
  { device: "cbf", sensors: ["*"], strategy: "event" },
  { device: "cbf", sensors: ["a", "b"], strategy: "period 1" },
  { device: "cbf", sensors: ["b", "a", "a"], strategy: "period 1.0" },
  { device: "dish", sensors: ["a"] },
  { device: "dish", sensors: ["c", "a"], strategy: "status" },
];

/** One wish and what it was told. */
class Wisher {
  readonly values = new Map<string, number | null>();
  readonly mistakes: string[] = [];
  readonly selection: SensorSelection;
  state: WishState["kind"] = "waiting";
  readonly #subscription: Subscription;

  constructor(katgate: Katgate, selection: SensorSelection, onHeard: () => void) {
    this.selection = selection;
    this.#subscription = katgate.subscribe(selection, {
      onState: ({ kind }) => {
        this.#check();
        this.state = kind;
        onHeard();
      },
      onSensors: (sensors) => {
        this.#check();
        const names = sensors.map(({ name }) => name);
        for (const name of [...this.values.keys()]) {
          if (!names.includes(name)) this.values.delete(name);
        }
        for (const name of names) this.values.set(name, this.values.get(name) ?? null);
      },
      onSensorsChange: (added, removed) => {
        this.#check();
        for (const [, name] of removed) this.values.delete(name);
        for (const { name } of added) this.values.set(name, this.values.get(name) ?? null);
      },
      onReadings: (readings, isSnapshot) => {
        this.#check();
        for (const { sensor, value } of [...readings.values()].flat()) {
          const before = this.values.get(sensor);
          if (before === undefined) continue; // it is gone again: told when it still was there
          const isOld = Number(value) < (before ?? 0) || (!isSnapshot && value === before);
          if (isOld) this.mistakes.push(`${sensor}: ${value} after ${before}`);
          this.values.set(sensor, Number(value));
        }
        onHeard();
      },
    });
  }

  end(): void {
    this.#subscription.end();
  }

  #check(): void {
    if (this.state === "ended") this.mistakes.push("told after its end");
  }
}

class Walk {
  readonly clock = new FakeClock();
  readonly side = new KatgateSide();
  readonly chance: Chance;
  readonly katgate: Katgate;
  readonly mistakes: string[] = [];
  wishers: Wisher[] = [];
  #socket: FarEnd | null = null;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    this.katgate = new Katgate({
      clock: this.clock,
      random: () => 0.1,
      wallTime: 5,
      fetchJson: () => Promise.reject(new Error("no REST here")),
      openSocket: (events) => {
        this.#socket = new FarEnd(events);
        this.side.opened(this.#socket);
        return this.#socket;
      },
    });
    for (const device of DEVICES) for (const name of NAMES) this.side.add(device, name);
    this.katgate.connection.connect();
  }

  step(): void {
    const { chance, side } = this;
    const device = chance.one(DEVICES) ?? "";
    const name = chance.one(NAMES) ?? "";
    const steps: readonly (readonly [weight: number, step: () => void])[] = [
      [12, () => side.publish(device, name)],
      [12, () => side.work(chance.once(8))],
      [20, () => side.out.shift()?.say()],
      [6, () => this.deliver()],
      [4, () => this.#begin()],
      [3, () => this.#end()],
      [2, () => side.add(device, name)],
      [2, () => side.remove(device, name)],
      [2, () => side.hello()],
      [1, () => this.cut()],
      [1, () => this.#pause()],
      [1, () => side.loseFrame()],
      [1, () => side.expire()],
      [1, () => this.clock.advance(chance.below(4) / 2)],
    ];
    let left = chance.below(steps.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, step] of steps) {
      left -= weight;
      if (left < 0) return step();
    }
  }

  deliver(): void {
    while (this.side.out.length > 0) this.side.out.shift()?.say();
  }

  cut(): void {
    this.side.cut();
    this.#socket?.hangUp();
    if (this.chance.once(4)) this.side.restart();
    this.clock.advance(2);
  }

  /** Everybody does what is to be done, until nothing is. */
  quiet(): void {
    this.side.isPaused = false;
    for (let round = 0; round < 6; round += 1) {
      if (!this.katgate.connection.isConnected) this.side.hello();
      this.deliver();
      while (this.side.work()) this.deliver();
      this.side.pump();
      this.deliver();
      this.side.publishAll(); // a frame that is missing is seen by the next
      this.deliver();
      this.clock.advance(1.1);
    }
    while (this.side.work()) this.deliver();
  }

  #begin(): void {
    if (this.wishers.length >= 5) return;
    const selection = this.chance.one(SELECTIONS);
    if (selection === undefined) return;
    const onHeard = () => {
      if (this.chance.once(60)) this.#end();
    };
    const wisher = new Wisher(this.katgate, selection, onHeard);
    this.wishers.push(wisher); // only now: another may have ended meanwhile
  }

  #end(): void {
    const wisher = this.chance.one(this.wishers);
    this.wishers = this.wishers.filter((other) => other !== wisher);
    wisher?.end();
    if (wisher !== undefined) this.mistakes.push(...wisher.mistakes);
  }

  #pause(): void {
    this.side.isPaused = !this.side.isPaused;
    this.side.pump();
  }
}

test.each(Array.from({ length: WALKS }, (_, seed) => seed))(
  "walk %i: when all is quiet every wish has what is so, and katgate has no more to tell",
  (seed) => {
    const walk = new Walk(seed);
    for (let step = 0; step < STEPS; step += 1) walk.step();
    // Those that were refused are asked again in the next session.
    walk.quiet();
    expectAllWell(walk, ["live", "failed"]);
    walk.cut();
    walk.quiet();
    expectAllWell(walk, ["live"]);
  },
);

function expectAllWell(walk: Walk, states: readonly string[]): void {
  const { side, wishers } = walk;
  expect([...walk.mistakes, ...wishers.flatMap(({ mistakes }) => mistakes)]).toEqual([]);
  expect(side.mistakes).toEqual([]);
  const wished = new Set<string>();
  for (const { selection, state, values } of wishers) {
    expect(states).toContain(state);
    if (state === "failed") continue;
    const { device, sensors, strategy } = selection;
    expect(new Map([...values].sort())).toEqual(new Map([...side.present(device, sensors)].sort()));
    const names = [...new Set(sensors)].sort();
    wished.add(JSON.stringify([device, names, (strategy ?? "event").replace(/\.0$/, "")]));
  }
  const held = [...side.places.values()].map(({ stream }) => stream.wish).sort();
  expect(held).toEqual([...wished].sort());
}
