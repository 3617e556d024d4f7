/**
 * Which subscriptions katgate has for this session, and which of them somebody wants.
 *
 * katgate takes equal wishes for one: they get the same `sub`, and one `unsubscribe` ends it for
 * all. So a `sub` is let go when nobody holds it and no answer is due that may bring it once
 * more. Which wishes katgate takes for equal is its own to know (`period 1` and `period 1.0`);
 * here they are alike if they may be.
 */
import type { Answer, Params, Results, SubId } from "../wire";
import type { Connection } from "./connection";

export type Subscribe = "devices.subscribe" | "informs.subscribe" | "sensors.subscribe";

/** One wish's part in a subscription. */
export interface Hold {
  /** Null until katgate has answered. */
  readonly sub: SubId | null;
  /** Want it no more. If the answer is still to come, nobody hears of it. */
  end(): void;
}

export type Subscribed = Results["sensors.subscribe"];

interface Held {
  readonly likeness: string;
  sub: SubId | null;
  isWanted: boolean;
}

export class HeldSubs {
  readonly #connection: Connection;
  /** Those that were asked for or granted in this session. */
  readonly #all = new Set<Held>();

  /** Hears, before who asked, of each answer that katgate lets a snapshot follow. */
  readonly #onBegun: (subscribed: Subscribed) => void;

  constructor(connection: Connection, onBegun: (subscribed: Subscribed) => void) {
    this.#connection = connection;
    this.#onBegun = onBegun;
  }

  /** Call while there is a session. `answered` is called once, unless it ends before. */
  ask<M extends Subscribe>(
    method: M,
    params: Params[M],
    answered: (answer: Answer<M>) => void,
  ): Hold {
    const held: Held = { likeness: likenessOf(method, params), sub: null, isWanted: true };
    const answer = (answer: Answer<M>) => {
      if (answer.ok) {
        const result: Results[Subscribe] = answer.result;
        if ("sensors" in result && !result.isResumed) this.#onBegun(result);
        held.sub = result.sub;
      } else {
        this.#all.delete(held);
      }
      if (held.isWanted) answered(answer);
      this.#letGo();
    };
    if (this.#connection.call(method, params, { answer })) this.#all.add(held);
    return {
      get sub() {
        return held.sub;
      },
      end: () => {
        held.isWanted = false;
        this.#letGo();
      },
    };
  }

  /** There is no session any more, so there are no subscriptions. */
  lost(): void {
    this.#all.clear();
  }

  #letGo(): void {
    for (const held of [...this.#all]) {
      if (held.isWanted || held.sub === null || this.#mayComeAgain(held)) continue;
      this.#all.delete(held);
      const { sub } = held;
      if (![...this.#all].some((other) => other.sub === sub)) {
        this.#connection.call("unsubscribe", { sub });
      }
    }
  }

  #mayComeAgain({ likeness }: Held): boolean {
    return [...this.#all].some((other) => other.sub === null && other.likeness === likeness);
  }
}

/** Equal for all that katgate may take for one, and for as few others as can be told apart. */
function likenessOf<M extends Subscribe>(method: M, params: Params[M]): string {
  const device = "device" in params ? params.device : null;
  const sensors = "sensors" in params ? [...new Set(params.sensors)].sort() : null;
  return JSON.stringify([method, device, sensors]);
}
