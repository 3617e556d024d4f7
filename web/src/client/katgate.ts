/**
 * A katgate, for any page: readings, informs, devices and requests over one WebSocket that comes
 * back by itself.
 *
 *     const katgate = connect("http://127.0.0.1:8147/");
 *     katgate.subscribe({ device: "m0*", sensors: ["actual-azimuth"] }, { onReadings: show });
 *     const outcome = await katgate.request({ device: "cbf", request: "capture-start" });
 *
 * What was subscribed stays so until `end` is called, however often the connection is lost.
 */
import { parseInforms, parseRequests, parseSensors } from "../parse";
import type {
  Hello,
  Inform,
  Notice,
  Params,
  Problem,
  RequestAbout,
  Sensor,
  SubId,
  Word,
} from "../wire";
import { type Clock, ServerTime } from "./clock";
import { Connection, type ConnectionState, type Surroundings } from "./connection";
import { DeviceListWish, type DevicesListener } from "./device_list";
import { HeldSubs } from "./held_subs";
import { type InformListener, type InformSelection, InformWish } from "./inform_wish";
import { type SensorSelection, SensorWish, type WishListener } from "./sensor_wish";

export interface Subscription {
  /** Hear nothing of it any more. */
  end(): void;
}

export type RequestCall = Omit<Params["request"], "arguments"> &
  Partial<Pick<Params["request"], "arguments">>;

export type RequestOutcome =
  | {
      readonly kind: "ok";
      readonly arguments: readonly Word[];
      readonly informs: number;
      readonly duration_s: number;
    }
  | { readonly kind: "problem"; readonly problem: Problem }
  /** No connection, or it went before the reply: nobody knows whether the device acted. */
  | { readonly kind: "lost"; readonly wasSent: boolean };

export interface KatgateListener {
  onState?(state: ConnectionState): void;
  onHello?(hello: Hello): void;
  onNotice?(notice: Notice): void;
  /** The session is lost; `heardAt`: when katgate was last heard, on the clock that was given. */
  onLost?(heardAt: number): void;
}

export interface KatgateSurroundings extends Surroundings {
  /** UNIX seconds by the browser's clock. */
  readonly wallTime: number;
  /** Fetches JSON below the API's address, as `devices/cbf/requests`. Throws KatgateError. */
  readonly fetchJson: (path: string, init?: RequestInit) => Promise<unknown>;
}

/** katgate's no, or the network's. */
export class KatgateError extends Error {
  readonly problem: Problem;
  /** Seconds after which it may be tried again, where katgate says so. */
  readonly retryAfter_s: number | null;

  constructor(problem: Problem, retryAfter_s: number | null = null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter_s = retryAfter_s;
  }
}

type Wish = SensorWish | InformWish | DeviceListWish;

export class Katgate {
  readonly connection: Connection;
  /** katgate's clock, seen from here. */
  readonly time: ServerTime;
  readonly #clock: Clock;
  readonly #fetchJson: KatgateSurroundings["fetchJson"];
  readonly #subs: HeldSubs;
  readonly #wishes = new Set<Wish>();
  /** Whether wishes are asked for as they are made: there is a session, and the others are. */
  #isAsking = false;
  #requests = 0;

  constructor(around: KatgateSurroundings, listener: KatgateListener = {}) {
    this.#clock = around.clock;
    this.#fetchJson = (path, init) =>
      around.fetchJson(path, init).catch((error: unknown) => {
        this.#heed(error);
        throw error;
      });
    this.time = new ServerTime(around.clock, around.wallTime);
    this.connection = new Connection(around, {
      onState: (state) => listener.onState?.(state),
      onHello: (hello) => {
        this.time.set(hello.time);
        listener.onHello?.(hello);
        this.#isAsking = true;
        this.#all((wish) => wish.ask());
      },
      onLost: (heardAt) => {
        this.#isAsking = false;
        this.#subs.lost();
        this.#all((wish) => wish.lost());
        listener.onLost?.(heardAt);
      },
      onNotification: (frame) => {
        switch (frame.kind) {
          case "readings":
            return this.#each(SensorWish, frame.sub, (wish) => wish.onReadings(frame));
          case "sensors":
            return this.#each(SensorWish, frame.sub, (wish) => wish.onSensorsChange(frame));
          case "informs":
            return this.#each(InformWish, frame.sub, (wish) => wish.onInforms(frame));
          case "devices":
            return this.#each(DeviceListWish, frame.sub, (wish) => wish.onDevices(frame));
          case "notice":
            return listener.onNotice?.(frame);
          default:
            return frame satisfies never;
        }
      },
    });
    // katgate takes equal wishes for one, and tells all of them what the last one is told.
    this.#subs = new HeldSubs(this.connection, (subscribed) =>
      this.#each(SensorWish, subscribed.sub, (wish) => wish.onBegun(subscribed)),
    );
  }

  /** Hear the readings of some sensors. */
  subscribe(selection: SensorSelection, listener: WishListener): Subscription {
    return this.#add(new SensorWish(this.#subs, this.#clock, selection, listener));
  }

  /** Hear what devices say by themselves. */
  informs(selection: InformSelection, listener: InformListener): Subscription {
    return this.#add(new InformWish(this.#subs, selection, listener));
  }

  /** Hear how the devices are. */
  devices(listener: DevicesListener): Subscription {
    return this.#add(new DeviceListWish(this.#subs, listener));
  }

  /** How many requests have no reply yet: who leaves now never hears what became of them. */
  get requestsInFlight(): number {
    return this.#requests;
  }

  /** Send a request to a device; never rejects. `onInform` gets `[name, argument, ...]`s before. */
  request(call: RequestCall, onInform?: (words: readonly Word[]) => void): Promise<RequestOutcome> {
    return new Promise((tell) => {
      const resolve = (outcome: RequestOutcome) => {
        this.#requests -= 1;
        tell(outcome);
      };
      this.#requests += 1;
      let informs = 0;
      const params = { ...call, arguments: call.arguments ?? [] };
      const isSent = this.connection.call("request", params, {
        inform: (words) => {
          informs += 1;
          onInform?.(words);
        },
        answer: (answer) => {
          if (answer.ok) resolve({ kind: "ok", ...answer.result, informs });
          else resolve({ kind: "problem", problem: answer.problem });
        },
        lost: () => resolve({ kind: "lost", wasSent: true }),
      });
      if (!isSent) resolve({ kind: "lost", wasSent: false });
    });
  }

  /** What a device can be asked, from its `?help`. Rejects with KatgateError. */
  async requestsOf(device: string): Promise<readonly RequestAbout[]> {
    return parseRequests(await this.#fetchJson(`devices/${encodeURIComponent(device)}/requests`));
  }

  /** A device's sensors, by name. Rejects with KatgateError. */
  async sensorsOf(device: string, limit: number): Promise<readonly Sensor[]> {
    const path = `devices/${encodeURIComponent(device)}/sensors?limit=${limit}`;
    return parseSensors(await this.#fetchJson(path));
  }

  /** What a device said by itself lately, as far as katgate remembers, oldest first. Rejects. */
  async informsOf(device: string, limit: number): Promise<readonly Inform[]> {
    const path = `devices/${encodeURIComponent(device)}/informs?limit=${limit}`;
    return parseInforms(device, await this.#fetchJson(path));
  }

  /** Anything of the REST API, by its path below `api/v1/`. Rejects with KatgateError. */
  fetchJson(path: string, init?: RequestInit): Promise<unknown> {
    return this.#fetchJson(path, init);
  }

  /** A login that has ended is told by whatever hears of it first. */
  #heed(error: unknown): void {
    if (!(error instanceof KatgateError) || error.problem.code !== "unauthorized") return;
    const { state } = this.connection;
    if (state.kind === "connected") this.connection.needLogin(error.message);
  }

  #add(wish: Wish): Subscription {
    this.#wishes.add(wish);
    if (this.#isAsking) wish.ask();
    return {
      end: () => {
        if (this.#wishes.delete(wish)) wish.end();
      },
    };
  }

  #each<W extends Wish>(
    kind: abstract new (...args: never[]) => W,
    sub: SubId,
    tell: (wish: W) => void,
  ): void {
    this.#all((wish) => {
      if (wish instanceof kind && wish.sub === sub) tell(wish);
    });
  }

  /** Those there are now. One that is ended meanwhile hears nothing any more. */
  #all(tell: (wish: Wish) => void): void {
    for (const wish of [...this.#wishes]) if (this.#wishes.has(wish)) tell(wish);
  }
}
