/**
 * The whole page without its looks: the models, and who tells whom.
 *
 * Made once, by `main.tsx`, from what the browser gives; tests make it from fakes.
 */
import {
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import type { Device, Hello, Notification } from "../wire";
import { ServerTime } from "./clock";
import { Connection, type Surroundings } from "./connection";
import { Devices } from "./devices";
import { type AddressBar, Location } from "./location";
import { Notices } from "./notices";
import { Redraw } from "./redraw";
import { Sensors } from "./sensors";
import { Subscription } from "./subscription";

export interface Browser extends Surroundings {
  readonly bar: AddressBar;
  readonly requestFrame: (callBack: () => void) => void;
  /** UNIX seconds by the browser's clock. */
  readonly wallTime: number;
}

export class Dashboard {
  readonly connection: Connection;
  readonly devices: Devices;
  readonly location: Location;
  readonly notices = new Notices();
  readonly redraw: Redraw;
  readonly sensors: Sensors;
  readonly subscription: Subscription;
  readonly time: ServerTime;
  /** katgate's time at the last `tick`: ages and countdowns move once a second. */
  readonly now: Signal<number>;
  /** When the session was lost, on katgate's clock; null while there is one. */
  readonly lostAt: Signal<number | null> = signal(null);
  readonly selected: ReadonlySignal<Device | null>;
  readonly #clock: Browser["clock"];
  #version: string | null = null;

  constructor(browser: Browser) {
    this.#clock = browser.clock;
    this.time = new ServerTime(browser.clock, browser.wallTime);
    this.now = signal(this.time.now());
    this.redraw = new Redraw(browser.requestFrame);
    this.location = new Location(browser.bar);
    this.sensors = new Sensors(this.redraw.mark);
    this.connection = new Connection(browser, {
      onHello: (hello) => this.#onHello(hello),
      onNotification: (notification) => this.#onNotification(notification),
      onLost: (heardAt) => this.#onLost(heardAt),
    });
    this.devices = new Devices(this.connection);
    this.subscription = new Subscription({
      connection: this.connection,
      clock: browser.clock,
      time: this.time,
      sensors: this.sensors,
    });
    this.selected = computed(() => this.devices.find(this.location.place.value.device ?? ""));
    effect(() => this.#followSelection());
  }

  /** Seconds until the next attempt to connect, or null. */
  readonly retryIn_s: ReadonlySignal<number | null> = computed(() => {
    this.now.value; // looked at again with every tick
    const state = this.connection.state.value;
    return state.kind === "waiting" ? Math.max(0, state.until - this.#clock.now()) : null;
  });

  start(): void {
    this.connection.connect();
  }

  tick(): void {
    this.now.value = this.time.now();
  }

  /** The first device is selected where the URL names none; then it is in the URL, too. */
  #followSelection(): void {
    const list = this.devices.list.value;
    if (list === null) return;
    const [first] = list;
    const { device } = this.location.place.value;
    if (device === null && first !== undefined) this.location.replace({ device: first.name });
    const selected = this.selected.value?.name ?? null;
    untracked(() => this.subscription.select(selected));
  }

  #onHello(hello: Hello): void {
    this.time.set(hello.time);
    this.lostAt.value = null;
    this.tick();
    if (this.#version !== null && this.#version !== hello.version) {
      const detail = `katgate is now version ${hello.version}: reload the page to get its dashboard.`;
      this.notices.add({ level: "warn", code: "page-is-older", detail }, this.time.now());
    }
    this.#version ??= hello.version;
    this.devices.subscribe();
    this.subscription.onSession();
  }

  #onNotification(notification: Notification): void {
    switch (notification.kind) {
      case "readings":
        return this.subscription.onReadings(notification);
      case "sensors":
        return this.subscription.onSensors(notification);
      case "devices":
        return this.devices.onChange(notification);
      case "notice":
        return this.notices.add(notification, this.time.now());
      default:
        return notification satisfies never;
    }
  }

  #onLost(heardAt: number): void {
    this.lostAt.value = this.time.at(heardAt);
    this.subscription.onLost(this.lostAt.value);
    this.tick();
  }
}
