/**
 * What the chosen devices say by themselves, into the log: first what katgate remembers, then
 * what comes. Begun when somebody opens the log, and kept up while other pages are looked at.
 */
import type { Katgate, Subscription } from "../../client/katgate";
import type { Inform } from "../../wire";
import type { Log } from "./log";

/** Of each device, of what was said before the log was opened. */
const MOST_REMEMBERED = 200;
/** Of more devices at once what was said before is not fetched. */
const MOST_ASKED = 16;

export class Heard {
  readonly #katgate: Katgate;
  readonly #log: Log;
  #subscription: Subscription | null = null;
  #pattern: string | null = null;
  #turn = 0;

  constructor(katgate: Katgate, log: Log) {
    this.#katgate = katgate;
    this.#log = log;
  }

  /** Hear these devices, by name or glob; `names` are those it means now. */
  listen(pattern: string, names: readonly string[]): void {
    if (pattern === this.#pattern) return;
    this.#pattern = pattern;
    this.#turn += 1;
    const turn = this.#turn;
    this.#subscription?.end();
    this.#log.clear();
    /** What comes while the past is fetched. */
    let held: Inform[] | null = [];
    let isFirst = true;
    this.#subscription = this.#katgate.informs(
      { device: pattern },
      {
        onInforms: (informs, dropped) => {
          if (held === null) this.#log.add(informs, dropped);
          else held.push(...informs);
        },
        onLive: (isResumed) => {
          if (isFirst) {
            void this.#remembered(names).then((past) => {
              if (turn !== this.#turn) return;
              this.#log.add(joined(past, held ?? []), 0);
              held = null;
            });
          } else if (!isResumed) this.#log.missed();
          isFirst = false;
        },
      },
    );
  }

  async #remembered(names: readonly string[]): Promise<readonly Inform[]> {
    if (names.length > MOST_ASKED) return [];
    const asked = names.map((name) => this.#katgate.informsOf(name, MOST_REMEMBERED));
    const past = await Promise.all(asked.map((one) => one.catch(() => [])));
    return past.flat().sort((a, b) => a.time - b.time);
  }
}

/** What katgate remembers, and what came meanwhile: those that are both are there once. */
function joined(past: readonly Inform[], held: readonly Inform[]): readonly Inform[] {
  const known = new Set(past.map((inform) => JSON.stringify(inform)));
  return [...past, ...held.filter((inform) => !known.has(JSON.stringify(inform)))];
}
