/**
 * The requests that were sent from this page, newest first, and what became of each.
 *
 * Several may be in flight. Entries are changed in place and `onDirty` is called, so that a flood
 * of informs costs one look a frame. What is kept over a reload of the page: see
 * `console_memory.ts`.
 */

import type { RequestOutcome } from "../../client/katgate";
import type { Word } from "../../wire";
import type { Store } from "../settings";
import { type Asked, type Entry, stateOf } from "./console_entry";
import { ConsoleMemory } from "./console_memory";
import { InformsKept } from "./informs_kept";

const MOST_ENTRIES = 200;

export interface ConsoleNeeds {
  /** Sends to the device; never rejects. */
  send(
    call: {
      readonly device: string;
      readonly request: string;
      readonly arguments: readonly string[];
      readonly timeout?: number;
      readonly confirm?: string;
    },
    onInform: (words: readonly Word[]) => void,
  ): Promise<RequestOutcome>;
  /** Seconds that only go forward. */
  now(): number;
  /** UNIX seconds, to be shown. */
  time(): number;
  /** Of this page: sessionStorage. */
  readonly store: Store;
  /** Hears of every change; it should only take note and look later. */
  onDirty(): void;
}

export class Console {
  readonly #needs: ConsoleNeeds;
  readonly #memory: ConsoleMemory;
  readonly #sentAt = new Map<Entry, number>();
  #entries: readonly Entry[];
  #lastKey = 0;

  constructor(needs: ConsoleNeeds) {
    this.#needs = needs;
    this.#memory = new ConsoleMemory(needs.store);
    this.#entries = this.#memory.read();
    this.#lastKey = Math.max(0, ...this.#entries.map((entry) => entry.key));
  }

  /** Newest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** `isConfirmed`: a person has said that a dangerous request is meant. */
  send(asked: Asked, isConfirmed = false): Entry {
    const { device, request, timeout_s } = asked;
    this.#lastKey += 1;
    const entry: Entry = {
      key: this.#lastKey,
      asked,
      time: this.#needs.time(),
      informs: new InformsKept(),
      informsGone: 0,
      state: { kind: "waiting" },
      duration_s: null,
    };
    this.#sentAt.set(entry, this.#needs.now());
    this.#entries = [entry, ...this.#entries].slice(0, MOST_ENTRIES);
    this.#changed();
    const call = {
      device,
      request,
      arguments: asked.arguments,
      ...(timeout_s !== null && { timeout: timeout_s }),
      ...(isConfirmed && { confirm: request }),
    };
    const onInform = (words: readonly Word[]) => {
      entry.informs.add(words);
      this.#needs.onDirty();
    };
    void this.#needs.send(call, onInform).then((outcome) => this.#end(entry, outcome));
    return entry;
  }

  /** Whether katgate wants the same request to be confirmed, as it said when it was last sent. */
  isUnconfirmed({ device, request }: Asked): boolean {
    const last = this.#entries.find(
      ({ asked }) => asked.device === device && asked.request === request,
    );
    return last?.state.kind === "unconfirmed";
  }

  /** How long a request has been waiting, or took. */
  duration_s(entry: Entry): number | null {
    const sentAt = this.#sentAt.get(entry);
    return sentAt === undefined ? entry.duration_s : this.#needs.now() - sentAt;
  }

  /** Whether anything waits for its reply: elapsed times must be drawn. */
  get isWaiting(): boolean {
    return this.#sentAt.size > 0;
  }

  /** Forget those that have ended. */
  clear(): void {
    this.#entries = this.#entries.filter((entry) => entry.state.kind === "waiting");
    this.#changed();
  }

  /** The arguments given to a request before, newest first, each once. */
  argumentsBefore(request: string): readonly (readonly string[])[] {
    const found = new Map<string, readonly string[]>();
    for (const { asked } of this.#entries) {
      if (asked.request !== request) continue;
      const key = JSON.stringify(asked.arguments);
      if (!found.has(key)) found.set(key, asked.arguments);
    }
    return [...found.values()];
  }

  #end(entry: Entry, outcome: RequestOutcome): void {
    entry.duration_s = this.duration_s(entry);
    this.#sentAt.delete(entry);
    entry.state = stateOf(outcome, entry.asked.device);
    this.#changed();
  }

  #changed(): void {
    this.#memory.write(this.#entries);
    this.#needs.onDirty();
  }
}
