/** A clock turned by hand, a socket whose far end the test plays, and an address bar. */
import type { Clock } from "../src/client/clock";
import type { Socket, SocketEvents } from "../src/client/connection";
import { Dashboard } from "../src/model/dashboard";
import type { Store } from "../src/model/settings";

interface Timer {
  readonly due: number;
  readonly callBack: () => void;
}

export class FakeClock implements Clock {
  #now = 100;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(delay_s: number, callBack: () => void): () => void {
    const timer = { due: this.#now + delay_s, callBack };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.#timers.length;
  }

  /** Let time pass; what falls due is called in order, at its own time. */
  advance(s: number): void {
    const end = this.#now + s;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#now = timer.due;
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.callBack();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(({ due }) => due <= end).sort((one, two) => one.due - two.due)[0];
  }
}

/** One socket, seen from katgate. */
export class FarEnd implements Socket {
  readonly #events: SocketEvents;
  readonly #sent: { id: number; method: string; params: Record<string, unknown> }[] = [];
  isClosed = false;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  send(text: string): void {
    this.#sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The calls that came since the last look. */
  calls() {
    return this.#sent.splice(0);
  }

  methods(): string[] {
    return this.calls().map(({ method }) => method);
  }

  say(text: string): void {
    this.#events.received(text);
  }

  notify(method: string, params: unknown): void {
    this.say(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  answer(id: number, result: unknown): void {
    this.say(JSON.stringify({ jsonrpc: "2.0", id, result }));
  }

  fail(id: number, error: unknown): void {
    this.say(JSON.stringify({ jsonrpc: "2.0", id, error }));
  }

  hello(extra: Record<string, unknown> = {}): void {
    this.notify("hello", {
      version: "1.0",
      epoch: "e1",
      time: 1000,
      role: "operator",
      limits: {},
      capabilities: [],
      ...extra,
    });
  }

  hangUp(code = 1006, reason = ""): void {
    this.#events.closed(code, reason);
  }

  breakDown(): void {
    this.#events.failed();
  }
}

export class FakeBar {
  readonly location = { hash: "" };
  readonly history = {
    replaceState: (_state: null, _title: string, url: string) => {
      this.location.hash = url;
    },
    pushState: (_state: null, _title: string, url: string) => {
      this.location.hash = url;
      this.entries += 1;
    },
  };
  /** In the history, the present one among them. */
  entries = 1;
  #onHash: () => void = () => {};

  constructor(hash = "") {
    this.location.hash = hash;
  }

  addEventListener(_event: "hashchange", callBack: () => void): void {
    this.#onHash = callBack;
  }

  /** What a click on a link does. */
  follow(hash: string): void {
    this.location.hash = hash;
    this.#onHash();
  }
}

const NO_STORE = { getItem: () => null, setItem: () => {} };

/** A whole dashboard, with katgate's end of its newest socket. */
export class Bench {
  readonly clock = new FakeClock();
  readonly bar: FakeBar;
  readonly sockets: FarEnd[] = [];
  readonly dashboard: Dashboard;
  /** What the page told other pages, or the browser. */
  readonly told: string[] = [];
  /** REST, as the test has it. */
  fetchJson: (path: string, init?: RequestInit) => Promise<unknown> = () =>
    Promise.reject(new Error("no REST here"));
  #frames: (() => void)[] = [];

  constructor(hash = "", pageStore: Store = NO_STORE) {
    this.bar = new FakeBar(hash);
    this.dashboard = new Dashboard({
      clock: this.clock,
      bar: this.bar,
      random: () => 0.5,
      wallTime: 5,
      openSocket: (events) => {
        const socket = new FarEnd(events);
        this.sockets.push(socket);
        return socket;
      },
      requestFrame: (callBack) => this.#frames.push(callBack),
      store: NO_STORE,
      pageStore,
      fetchJson: (path, init) => this.fetchJson(path, init),
      announceLogin: () => this.told.push("announced"),
      reload: () => this.told.push("reloaded"),
    });
    this.dashboard.start();
  }

  get katgate(): FarEnd {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** Draw the frames that were asked for; says how many. */
  drawFrames(): number {
    const frames = this.#frames.splice(0);
    for (const frame of frames) frame();
    return frames.length;
  }

  /** Up to and including the list of devices. */
  greet(names: readonly string[] = ["cbf", "dish"], hello: Record<string, unknown> = {}): void {
    this.katgate.hello(hello);
    for (const { id, method } of this.katgate.calls()) {
      if (method === "devices.subscribe") {
        this.katgate.answer(id, { sub: "d", devices: names.map((name) => device(name)) });
      }
    }
  }

  /** Answer the only call there is, a `sensors.subscribe`; says for which device. */
  giveSensors(sub: string, names: readonly string[], seq = 7): string {
    const calls = this.katgate.calls().filter(({ method }) => method === "sensors.subscribe");
    const [call] = calls;
    if (call === undefined || calls.length > 1) throw new Error(`${calls.length} subscribes`);
    const asked = String(call.params.device);
    const sensors = names.map((name) => sensor(asked, name));
    this.katgate.answer(call.id, { sub, epoch: "e1", seq, strategy: "event", sensors });
    return asked;
  }

  readings(sub: string, rows: unknown, extra: Record<string, unknown> = {}): void {
    this.katgate.notify("readings", { sub, readings: rows, ...extra });
  }

  /** What the page would show: name -> value, in order. */
  shown(): [string, unknown][] {
    const { sensors } = this.dashboard;
    return sensors.order.map((index) => [sensors.about[index]?.name ?? "", sensors.values[index]]);
  }
}

export function device(name: string, extra: Record<string, unknown> = {}) {
  return {
    name,
    address: "127.0.0.1:7147",
    state: "synced",
    since: 900,
    protocol: { major: 5, minor: 0, flags: "IM" },
    versions: { "katcp-device": ["cbf-1.0", "cbf-1.0.1"] },
    sensors: 2,
    requests: 9,
    reconnects: 0,
    error: null,
    hosted: false,
    ...extra,
  };
}

export function sensor(deviceName: string, name: string) {
  return { device: deviceName, name, description: "", units: "K", type: "float", params: [] };
}
