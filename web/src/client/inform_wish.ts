/**
 * Informs of some devices, kept up over lost sessions: what came meanwhile is asked for, and
 * what katgate does not have any more is told as dropped.
 */
import type { Inform, Informs, Problem, Since, SubId } from "../wire";
import type { Connection } from "./connection";

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
  readonly key: string;
  sub: SubId | null = null;
  onLateAnswer: (sub: SubId) => void = () => {};
  readonly #connection: Connection;
  readonly #selection: InformSelection;
  readonly #listener: InformListener;
  #since: Since | null = null;
  #turn = 0;

  constructor(connection: Connection, selection: InformSelection, listener: InformListener) {
    this.#connection = connection;
    this.#selection = selection;
    this.#listener = listener;
    this.key = JSON.stringify(["informs", selection.device, selection.names, selection.level]);
  }

  ask(): void {
    this.#turn += 1;
    const turn = this.#turn;
    const since = this.#since;
    this.#connection.call(
      "informs.subscribe",
      { ...this.#selection, ...(since && { since }) },
      {
        answer: (answer) => {
          if (turn !== this.#turn) {
            if (answer.ok) this.onLateAnswer(answer.result.sub);
            return;
          }
          if (!answer.ok) return this.#listener.onFailed?.(answer.problem);
          const { sub, epoch, seq, isResumed } = answer.result;
          this.sub = sub;
          this.#since = { epoch, seq };
          this.#listener.onLive?.(isResumed);
        },
      },
    );
  }

  lost(): void {
    this.#turn += 1;
    this.sub = null;
    this.#listener.onLost?.();
  }

  end(): void {
    this.#turn += 1;
  }

  onInforms(frame: Informs): void {
    if (this.#since === null) return;
    this.#since = { epoch: this.#since.epoch, seq: frame.seq };
    this.#listener.onInforms(frame.informs, frame.dropped);
  }
}
