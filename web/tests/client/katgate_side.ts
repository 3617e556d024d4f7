/**
 * A small katgate: streams shared by equal wishes, rings, snapshots in pages, places to come back
 * to. As the API has it; what it sends and when it works are the test's to choose.
 */
import { type FarEnd, sensor } from "../fakes";

const RING = 6;
type Params = Record<string, unknown>;

interface Frame {
  readonly method: "readings" | "sensors";
  readonly params: Params;
  /** Of the last readings up to here. */
  readonly seq: number;
}

interface Stream {
  readonly wish: string;
  readonly sub: number;
  readonly device: string;
  readonly names: readonly string[];
  seq: number;
  /** All there ever were; of those before `RING` only announcements are used. */
  readonly frames: Frame[];
  readonly changed: Map<string, number>;
}

interface Place {
  readonly stream: Stream;
  position: number;
  seq: number;
  pages: Frame[];
}

interface Sent {
  readonly say: () => void;
  readonly isUpdate: boolean;
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Params;
}

export class KatgateSide {
  epoch = "e1";
  isPaused = false;
  /** What is on its way to the browser. */
  readonly out: Sent[] = [];
  /** Calls that no browser should make. */
  readonly mistakes: string[] = [];
  readonly places = new Map<number, Place>();
  readonly #values = new Map<string, Map<string, number>>();
  readonly #streams = new Map<string, Stream>();
  readonly #waiting: Call[] = [];
  #socket: FarEnd | null = null;
  #isGreeted = false;
  #lastSub = 0;
  #firstSeq = 0;
  #count = 0;

  // The devices.

  add(device: string, name: string): void {
    const values = this.#values.get(device) ?? new Map<string, number>();
    this.#values.set(device, values);
    if (values.has(name)) return;
    this.#count += 1;
    values.set(name, this.#count);
    this.#announce(device, name, { added: [sensor(device, name)], removed: [] });
  }

  remove(device: string, name: string): void {
    if (!this.#values.get(device)?.delete(name)) return;
    this.#announce(device, name, { added: [], removed: [[device, name]] });
  }

  publish(device: string, name: string): void {
    const values = this.#values.get(device);
    if (values?.has(name) !== true) return;
    this.#count += 1;
    values.set(name, this.#count);
    for (const stream of this.#streams.values()) {
      if (!means(stream, device, name)) continue;
      stream.seq += 1;
      stream.changed.set(name, stream.seq);
      const { sub, seq } = stream;
      const readings = { [device]: [[name, this.#count, "nominal", this.#count]] };
      stream.frames.push({ method: "readings", seq, params: { sub, seq, readings } });
    }
    this.pump();
  }

  publishAll(): void {
    for (const [device, values] of this.#values) {
      for (const name of values.keys()) this.publish(device, name);
    }
  }

  /** name -> value of what a wish means now. */
  present(device: string, names: readonly string[]): Map<string, number> {
    const values = [...(this.#values.get(device) ?? [])];
    return new Map(values.filter(([name]) => names.includes("*") || names.includes(name)));
  }

  // The session.

  opened(socket: FarEnd): void {
    this.cut();
    this.#socket = socket;
    this.#isGreeted = false;
  }

  /** Once in a session. */
  hello(): void {
    const socket = this.#socket;
    if (this.#isGreeted) return;
    this.#isGreeted = true;
    this.#send(() => socket?.hello({ epoch: this.epoch }));
  }

  /** A defect of katgate, or of what is between: an update never arrives. */
  loseFrame(): void {
    const at = this.out.findIndex(({ isUpdate }) => isUpdate);
    if (at >= 0) this.out.splice(at, 1);
  }

  cut(): void {
    this.#socket = null;
    this.out.length = 0;
    this.#waiting.length = 0;
    this.places.clear();
  }

  /** Streams whose browser did not come back in time end. */
  expire(): void {
    for (const [wish, stream] of this.#streams) {
      if (!this.places.has(stream.sub)) this.#end(wish, stream);
    }
  }

  restart(): void {
    this.#streams.clear();
    this.epoch += "x";
    this.#lastSub = 0;
    this.#firstSeq = 0;
  }

  /** Do the next call there is; says whether there was one. */
  work(isRefused = false): boolean {
    this.#waiting.push(...((this.#socket?.calls() ?? []) as Call[]));
    const call = this.#waiting.shift();
    if (call === undefined) return false;
    const { id, method, params } = call;
    if (method === "sensors.subscribe" && !isRefused) this.#subscribe(id, params);
    else if (method === "sensors.subscribe") this.#refuse(id);
    else if (method === "unsubscribe") this.#unsubscribe(id, Number(params.sub));
    else this.#answer(id, {});
    return true;
  }

  pump(): void {
    if (this.isPaused) return;
    for (const place of this.places.values()) {
      for (const page of place.pages.splice(0)) this.#notify(page);
      const { stream } = place;
      if (stream.frames.length - place.position > RING) this.#conflate(place);
      for (const frame of stream.frames.slice(place.position)) this.#notify(frame);
      place.position = stream.frames.length;
      place.seq = stream.seq;
    }
  }

  #subscribe(id: number, params: Params): void {
    const device = String(params.device);
    const names = [...new Set(params.sensors as string[])].sort();
    const strategy = String(params.strategy ?? "event").replace(/\.0$/, "");
    const wish = JSON.stringify([device, names, strategy]);
    let stream = this.#streams.get(wish);
    if (stream === undefined) {
      this.#lastSub += 1;
      const [sub, seq] = [this.#lastSub, this.#firstSeq];
      stream = { wish, sub, device, names, seq, frames: [], changed: new Map() };
      this.#streams.set(wish, stream);
    }
    const { sub, seq } = stream;
    const since = this.places.has(sub) ? null : this.#placeOf(stream, params.since);
    const place = since ?? { stream, position: stream.frames.length, seq, pages: [] };
    const [first, ...others] = [...this.present(device, names).keys()];
    place.pages = others.map((name) => ({
      method: "sensors",
      seq,
      params: { sub, added: [sensor(device, name)], removed: [] },
    }));
    if (since === null) place.pages.push(...this.#snapshot(stream));
    this.places.set(sub, place);
    this.#answer(id, {
      sub,
      epoch: this.epoch,
      seq: place.seq,
      sensors: first === undefined ? [] : [sensor(device, first)],
      more: others.length > 0,
      resumed: since !== null,
    });
    this.pump();
  }

  #snapshot(stream: Stream): Frame[] {
    const { sub, seq, device } = stream;
    const rows = [...this.present(device, stream.names)];
    const last = rows.pop();
    const page = (row: [string, number] | undefined, extra: Params): Frame => {
      const cells = row === undefined ? [] : [[row[0], row[1], "nominal", row[1], row[1]]];
      const readings = { [device]: cells };
      return { method: "readings", seq, params: { sub, snapshot: true, readings, ...extra } };
    };
    return [...rows.map((row) => page(row, { more: true })), page(last, { seq })];
  }

  #placeOf(stream: Stream, since: unknown): Place | null {
    const { epoch, seq } = (since ?? {}) as { epoch?: string; seq?: number };
    if (epoch !== this.epoch || seq === undefined) return null;
    const oldest = Math.max(0, stream.frames.length - RING);
    for (let at = stream.frames.length - 1; at >= oldest; at -= 1) {
      const frame = stream.frames[at];
      if (frame?.method === "readings" && frame.seq === seq) {
        return { stream, position: at + 1, seq, pages: [] };
      }
    }
    return null;
  }

  #conflate(place: Place): void {
    const { stream } = place;
    const missed = stream.frames.slice(place.position);
    for (const frame of missed) if (frame.method === "sensors") this.#notify(frame);
    place.position = stream.frames.length;
    if (stream.seq === place.seq) return;
    const { sub, seq, device } = stream;
    const changed = [...this.present(device, stream.names)].filter(
      ([name]) => (stream.changed.get(name) ?? -1) > place.seq,
    );
    const rows = changed.map(([name, value]) => [name, value, "nominal", value]);
    const params = { sub, seq, from: place.seq + 1, conflated: 1, readings: { [device]: rows } };
    this.#notify({ method: "readings", seq, params });
  }

  #unsubscribe(id: number, sub: number): void {
    const place = this.places.get(sub);
    if (place === undefined) this.mistakes.push(`unsubscribe ${sub}`);
    this.places.delete(sub);
    if (place !== undefined) this.#end(place.stream.wish, place.stream);
    this.#answer(id, {});
  }

  #end(wish: string, stream: Stream): void {
    this.#firstSeq = Math.max(this.#firstSeq, stream.seq + 1);
    this.#streams.delete(wish);
  }

  #announce(device: string, name: string, change: Params): void {
    for (const stream of this.#streams.values()) {
      if (!means(stream, device, name)) continue;
      const { sub, seq } = stream;
      stream.frames.push({ method: "sensors", seq, params: { sub, ...change } });
    }
    this.pump();
  }

  #refuse(id: number): void {
    const socket = this.#socket;
    const error = { code: -32000, message: "m", data: { code: "too-many-requests", detail: "" } };
    this.#send(() => socket?.fail(id, error));
  }

  #answer(id: number, result: unknown): void {
    const socket = this.#socket;
    this.#send(() => socket?.answer(id, result));
  }

  #notify({ method, params }: Frame): void {
    const socket = this.#socket;
    const isUpdate = method === "readings" && params.snapshot !== true;
    this.#send(() => socket?.notify(method, params), isUpdate);
  }

  #send(say: () => void, isUpdate = false): void {
    this.out.push({ say, isUpdate });
  }
}

function means({ device, names }: Stream, ofDevice: string, name: string): boolean {
  return device === ofDevice && (names.includes("*") || names.includes(name));
}
