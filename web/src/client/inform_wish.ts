/**
 * Informs of some devices, kept up over lost sessions: what came meanwhile is asked for, and
 * what katgate does not have any more is told as dropped.
 */
import type { Inform, Informs, Problem, Since, SubId } from "../wire";
import type { HeldSubs, Hold } from "./held_subs";

export interface InformSelection {
  /** A name or a glob. */
  readonly device: string;
  /** Names or globs of informs; all if none are given. */
  readonly names?: readonly string[];
  /** Log informs of this level and above. */
  readonly level?: string;
}

export interface InformListener {
  /** Oldest first; `dropped` are missing before them: there were more than katgate keeps. */
  onInforms(informs: readonly Inform[], dropped: number): void;
  /** It is heard from now on. `isResumed`: nothing was missed since the last time. */
  onLive?(isResumed: boolean): void;
  onLost?(): void;
  onFailed?(problem: Problem): void;
}

export class InformWish {
  readonly #subs: HeldSubs;
  readonly #selection: InformSelection;
  readonly #listener: InformListener;
  #hold: Hold | null = null;
  #since: Since | null = null;

  constructor(subs: HeldSubs, selection: InformSelection, listener: InformListener) {
    this.#subs = subs;
    this.#selection = selection;
    this.#listener = listener;
  }

  get sub(): SubId | null {
    return this.#hold?.sub ?? null;
  }

  ask(): void {
    const since = this.#since;
    const params = { ...this.#selection, ...(since && { since }) };
    this.#hold = this.#subs.ask("informs.subscribe", params, (answer) => {
      if (!answer.ok) return this.#listener.onFailed?.(answer.problem);
      const { epoch, seq, isResumed } = answer.result;
      this.#since = { epoch, seq };
      this.#listener.onLive?.(isResumed);
    });
  }

  lost(): void {
    this.#hold = null;
    this.#listener.onLost?.();
  }

  end(): void {
    this.#hold?.end();
  }

  onInforms(frame: Informs): void {
    // An equal wish that goes on from where it was is told of what this one has heard already.
    if (this.#since === null || frame.seq <= this.#since.seq) return;
    this.#since = { epoch: this.#since.epoch, seq: frame.seq };
    this.#listener.onInforms(frame.informs, frame.dropped);
  }
}
