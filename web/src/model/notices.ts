/** What katgate wants a person to know, newest last; one of a kind, and never a growing pile. */
import { type Signal, signal } from "@preact/signals";
import type { Notice } from "../wire";

/** More would push the sensors off the page. */
const MOST_SHOWN = 4;

const INFO_FOR_S = 15;

export interface ShownNotice {
  readonly key: number;
  readonly level: string;
  readonly code: string;
  readonly detail: string;
  /** UNIX seconds on katgate's clock. */
  readonly time: number;
}

export class Notices {
  readonly list: Signal<readonly ShownNotice[]> = signal([]);
  #lastKey = 0;

  /** A notice with the code of an earlier one takes its place: congestion, then its end. */
  add({ level, code, detail }: Omit<Notice, "kind">, time: number): void {
    this.#lastKey += 1;
    const others = this.list.value.filter((notice) => notice.code !== code);
    const added = { key: this.#lastKey, level, code, detail, time };
    this.list.value = [...others, added].slice(-MOST_SHOWN);
  }

  /** Good news has been read after a while; what is wrong stays. */
  tick(now: number): void {
    const kept = this.list.value.filter(
      ({ level, time }) => level !== "info" || now - time < INFO_FOR_S,
    );
    if (kept.length < this.list.value.length) this.list.value = kept;
  }

  dismiss(key: number): void {
    this.list.value = this.list.value.filter((notice) => notice.key !== key);
  }
}
