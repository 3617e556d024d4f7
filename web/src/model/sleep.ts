/**
 * A page that nobody looks at leaves katgate alone: after a while it lets go of the connection,
 * and takes it up again as soon as it is seen.
 *
 * Coming back is what every lost connection is: what katgate still has is heard, or a snapshot.
 */
import type { Clock } from "../client/clock";
import type { Connection } from "../client/connection";

/** A glance at another tab is no reason to go. */
const AFTER_S = 30;

export class Sleep {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #isBusy: () => boolean;
  #isAsleep = false;
  #cancel: () => void = () => {};

  /** While `isBusy`, as when a request has no reply yet, it stays awake. */
  constructor(connection: Connection, clock: Clock, isBusy: () => boolean) {
    this.#connection = connection;
    this.#clock = clock;
    this.#isBusy = isBusy;
  }

  onHidden(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(AFTER_S, () => {
      if (this.#isBusy()) return this.onHidden();
      // A refusal is no connection to let go of: seen again it must not come back by itself.
      const { kind } = this.#connection.state;
      if (kind === "refused" || kind === "login-needed") return;
      this.#isAsleep = true;
      this.#connection.close();
    });
  }

  onSeen(): void {
    this.#cancel();
    if (this.#isAsleep) this.#connection.connect();
    this.#isAsleep = false;
  }
}
