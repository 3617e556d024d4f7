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
import type { ConnectionState } from "../client/connection";
import { Katgate, type KatgateSurroundings } from "../client/katgate";
import type { ReadingsByDevice } from "../client/sensor_wish";
import type { Device, Hello } from "../wire";
import { Compared } from "./compare/compared";
import { Devices } from "./devices";
import { type AddressBar, Location, PAGES, type Page } from "./location";
import { Heard } from "./log/heard";
import { Log } from "./log/log";
import { Login } from "./login/login";
import { Owner } from "./login/owner";
import { mayAs } from "./login/rights";
import { Notices } from "./notices";
import { MOST_PLOTTED } from "./plot/plot_groups";
import { Plotted } from "./plot/plotted";
import { Traces } from "./plot/traces";
import { Redraw } from "./redraw";
import { Console } from "./requests/console";
import { RequestList } from "./requests/request_list";
import { InView } from "./sensors/in_view";
import { type Selection, selectionOf } from "./sensors/selection";
import { nameText, parseName, type SensorName } from "./sensors/sensor_name";
import { Sensors, type SensorsView } from "./sensors/sensors";
import { Watched } from "./sensors/watched";
import { Settings, type Store } from "./settings";
import { Sleep } from "./sleep";

export interface Browser extends KatgateSurroundings {
  readonly bar: AddressBar;
  /** Kept for good, and as long as the page's tab. */
  readonly store: Store;
  readonly pageStore: Store;
  readonly requestFrame: (callBack: () => void) => void;
  /** Tell this browser's other pages that somebody has logged in. */
  readonly announceLogin: () => void;
  /** Load the page anew. */
  readonly reload: () => void;
}

/** What was frozen, and when, on katgate's clock. */
export interface Pause {
  readonly at: number;
  readonly sensors: SensorsView;
}

export class Dashboard {
  readonly katgate: Katgate;
  readonly connection: Signal<ConnectionState> = signal({ kind: "connecting" });
  readonly compared: Compared;
  readonly devices: Devices;
  readonly console: Console;
  readonly heard: Heard;
  readonly inView: InView;
  readonly log: Log;
  readonly location: Location;
  readonly login: Login;
  readonly notices = new Notices();
  readonly plotted: Plotted;
  readonly redraw: Redraw;
  readonly requests: RequestList;
  readonly sensors: Sensors;
  readonly settings: Settings;
  readonly sleep: Sleep;
  /** What the sensors in view, and those that are plotted, have said since the page was opened. */
  readonly traces = new Traces();
  readonly watched: Watched;
  /** katgate's time at the last `tick`: ages and countdowns move once a second. */
  readonly now: Signal<number>;
  /** When the session was lost, on katgate's clock; null while there is one. */
  readonly lostAt: Signal<number | null> = signal(null);
  /** katgate was started anew at this time, while the page was open; null: it was not. */
  readonly restartedAt: Signal<number | null> = signal(null);
  /** Readings that were replaced by newer ones on their way here. */
  readonly conflated: Signal<number> = signal(0);
  /** This browser is too slow: katgate sends the newest of each sensor only. */
  readonly isCongested: Signal<boolean> = signal(false);
  /** How often frames were missing. */
  readonly gaps: Signal<number> = signal(0);
  /** While the table stands still, what it shows. */
  readonly pause: Signal<Pause | null> = signal(null);
  readonly selection: ReadonlySignal<Selection>;
  /**
   * The device that nobody chose: the first one, until somebody does. Its subsystems stay folded,
   * or the devices below it would move away just when somebody aims at them.
   */
  readonly chosenByItself: Signal<string | null> = signal(null);
  /** On a narrow screen the devices are out of the way until they are asked for. */
  readonly isTreeOpen: Signal<boolean> = signal(false);
  /** The last hello: whose session it is, and what they may. */
  readonly greeted: Signal<Hello | null> = signal(null);
  readonly #clock: Browser["clock"];
  readonly #owner: Owner;
  readonly #reload: () => void;

  constructor(browser: Browser) {
    this.#clock = browser.clock;
    this.#reload = browser.reload;
    this.#owner = new Owner(browser.pageStore);
    this.redraw = new Redraw(browser.clock, browser.requestFrame);
    this.location = new Location(browser.bar);
    this.settings = new Settings(browser.store);
    this.sensors = new Sensors(this.redraw.mark);
    this.katgate = new Katgate(browser, {
      onState: (state) => {
        this.connection.value = state;
        this.login.onState(state);
      },
      onHello: (hello) => this.#onHello(hello),
      onNotice: (notice) => {
        if (notice.code === "session-expired") return; // the login page says so
        if (notice.code === "congestion") this.isCongested.value = notice.level === "warn";
        this.notices.add(notice, this.katgate.time.now());
      },
      onLost: (heardAt) => this.#onLost(heardAt),
    });
    this.login = new Login({
      fetchJson: browser.fetchJson,
      connect: () => this.katgate.connection.connect(),
      needLogin: (reason) => this.katgate.connection.needLogin(reason),
      now: () => this.katgate.time.now(),
      announce: browser.announceLogin,
    });
    this.now = signal(this.katgate.time.now());
    const onGap = () => {
      this.gaps.value += 1;
      this.traces.breakAll(this.katgate.time.now());
    };
    const onConflated = (count: number) => {
      this.conflated.value += count;
    };
    this.inView = new InView(this.katgate, browser.clock, {
      onReadings: (readings, isSnapshot) => this.#onReadings(readings, isSnapshot),
      onGap,
      onConflated,
      onFailed: ({ code, detail }) => {
        const notice = { level: "error", code, detail: `Values in view stand still: ${detail}` };
        this.notices.add(notice, this.katgate.time.now());
      },
    });
    const { katgate, sensors, inView } = this;
    const isInView = (device: string, name: string) => inView.has(device, name);
    this.watched = new Watched({ katgate, sensors, isInView }, onGap, onConflated);
    this.devices = new Devices(katgate);
    this.log = new Log(this.redraw.mark);
    this.heard = new Heard(katgate, this.log);
    this.requests = new RequestList((device) => katgate.requestsOf(device));
    this.console = new Console({
      send: (call, onInform) => katgate.request(call, onInform),
      now: () => browser.clock.now(),
      time: () => katgate.time.now(),
      store: browser.pageStore,
      onDirty: this.redraw.mark,
    });
    this.plotted = new Plotted(katgate, this.traces);
    this.compared = new Compared(katgate, this.redraw.mark);
    this.sleep = new Sleep(katgate.connection, browser.clock, () => katgate.requestsInFlight > 0);
    this.selection = computed(() => selectionOf(this.location.device, this.devices.list.value));
    effect(() => this.#followSelection());
    effect(() => this.plotted.follow(this.plottedNames));
  }

  /** What there is to choose from: one page is for admins alone, where there are logins. */
  readonly pages: ReadonlySignal<readonly Page[]> = computed(() => {
    const isAdmin = mayAs(this.login.who.value?.role ?? null, "admin");
    return PAGES.filter((page) => page !== "admin" || isAdmin);
  });

  /** Seconds until the next attempt to connect, or null. */
  readonly retryIn_s: ReadonlySignal<number | null> = computed(() => {
    this.now.value; // looked at again with every tick
    const state = this.connection.value;
    return state.kind === "waiting" ? Math.max(0, state.until - this.#clock.now()) : null;
  });

  start(): void {
    this.katgate.connection.connect();
  }

  tick(): void {
    const now = this.katgate.time.now();
    this.now.value = now;
    this.notices.tick(now);
    if (this.lostAt.value !== null) return;
    this.traces.tick(
      now,
      (device, name) => this.inView.has(device, name) || this.plotted.has(device, name),
    );
  }

  /** The sensors that the URL says are plotted. */
  get plottedNames(): readonly SensorName[] {
    const names = this.location.all("plot").map(parseName);
    return names.filter((name) => name !== null).slice(0, MOST_PLOTTED);
  }

  /** Where a link leads that plots another sensor with those that are plotted. */
  readonly hrefToPlot = (name: SensorName): string => {
    const texts = [...this.plottedNames.map(nameText), nameText(name)];
    return this.location.href({ page: "plot", plot: [...new Set(texts)].slice(-MOST_PLOTTED) });
  };

  /** Plot a sensor without going there; or no more, if it is plotted. */
  togglePlotted(name: SensorName): void {
    const texts = this.plottedNames.map(nameText);
    const text = nameText(name);
    const others = texts.filter((other) => other !== text);
    const plot = others.length < texts.length ? others : [...texts, text].slice(-MOST_PLOTTED);
    this.location.replace({ plot });
  }

  /** Since when what is shown of a device is not live, on katgate's clock; null: it is. */
  readonly oldSince = (device: string): number | null => {
    return this.lostAt.value ?? this.watched.oldSince.value ?? this.devices.awaySince(device);
  };

  togglePause(): void {
    const isPaused = this.pause.value !== null;
    this.pause.value = isPaused
      ? null
      : { at: this.katgate.time.now(), sensors: this.sensors.frozen() };
  }

  /** The first device is selected where the URL names none; then it is in the URL, too. */
  #followSelection(): void {
    const first: Device | undefined = this.devices.list.value?.[0];
    if (this.location.device === "" && first !== undefined) {
      this.chosenByItself.value = first.name;
      this.location.replace({ device: first.name });
    }
    const selection = this.selection.value;
    untracked(() => {
      const wanted =
        selection.kind === "one" || selection.kind === "many" ? selection.pattern : null;
      if (wanted === this.watched.device.value) return;
      this.pause.value = null;
      this.inView.clear();
      this.watched.select(wanted);
    });
  }

  #onReadings(readings: ReadingsByDevice, isSnapshot: boolean): void {
    const now = this.katgate.time.now();
    for (const [device, rows] of readings) {
      if (isSnapshot) this.sensors.applySnapshot(device, rows);
      else this.sensors.applyUpdates(device, rows, now);
      for (const row of rows) {
        if (!this.plotted.has(device, row.sensor)) this.traces.append(device, row, now);
      }
    }
  }

  #onHello(hello: Hello): void {
    const before = this.greeted.value;
    if (this.#owner.isAnother(hello.user)) {
      this.console.clear();
      // What the one before has seen is not for everybody.
      if (before !== null) return this.#reload();
    }
    this.greeted.value = hello;
    this.lostAt.value = null;
    this.tick();
    if (before !== null && before.epoch !== hello.epoch) this.restartedAt.value = hello.time;
    if (before !== null && before.version !== hello.version) {
      const detail = `katgate is now version ${hello.version}: reload the page to get its dashboard.`;
      this.notices.add({ level: "warn", code: "page-is-older", detail }, hello.time);
    }
  }

  #onLost(heardAt: number): void {
    this.lostAt.value = this.katgate.time.at(heardAt);
    this.isCongested.value = false;
    this.watched.onLost(this.lostAt.value);
    this.traces.breakAll(this.lostAt.value);
    this.tick();
  }
}
