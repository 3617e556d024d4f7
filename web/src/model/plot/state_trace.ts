/**
 * The history of a sensor whose values are no quantities: discrete, boolean, string, address,
 * timestamp. Only changes are stored; a point's value is the number of its text.
 *
 * When it is full, bins of time in its older half that saw more than two changes become one
 * point `SEVERAL`: there is no lowest and highest of texts, and inventing one would be a lie.
 */
import type { Value } from "../../wire";
import { Trace } from "./trace";

/** In `values`: several states, too short and too long ago to be kept. */
export const SEVERAL = -1;

const CAPACITY = 4_000;

/** Of a longer text nobody sees the difference in a strip. */
const LONGEST_TEXT = 500;

export class StateTrace extends Trace {
  readonly kind = "state";
  readonly #type: string;
  readonly #texts: string[] = [];
  readonly #codes = new Map<string, number>();
  #width_s = 0;

  constructor(type: string, capacity = CAPACITY) {
    super(capacity);
    this.#type = type;
  }

  /** Of a point: its state in words. */
  textAt(index: number): string {
    return this.textOf(this.values[index] ?? Number.NaN);
  }

  textOf(code: number): string {
    if (code === SEVERAL) return "(several values)";
    return this.#texts[code] ?? "";
  }

  protected encode(value: Value): number {
    const text = stateText(value, this.#type);
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const free = this.#texts.indexOf("\0"); // rare: a new text is no hot path
    const code = free < 0 ? this.#texts.length : free;
    this.#texts[code] = text;
    this.#codes.set(text, code);
    return code;
  }

  protected thin(end: number): number {
    const span_s = (this.times[end - 1] ?? 0) - (this.times[0] ?? 0);
    // At most two points a bin: no more than half can stay.
    this.#width_s = Math.max(this.#width_s, (span_s * 4) / end, Number.MIN_VALUE);
    let kept = 0;
    for (let begin = 0; begin < end; ) {
      const binEnd = (Math.floor((this.times[begin] ?? 0) / this.#width_s) + 1) * this.#width_s;
      let next = begin + 1;
      while (next < end && (this.times[next] ?? 0) < binEnd) next += 1;
      this.keepPoint(begin, kept);
      if (next - begin > 2) this.values[kept] = SEVERAL;
      kept += 1;
      if (next - begin > 1) {
        this.keepPoint(next - 1, kept);
        kept += 1;
      }
      begin = next;
    }
    return kept;
  }

  /** Texts that no point has any more make room: an endless stream of new ones must not grow. */
  protected override onDropped(): void {
    const used = new Set(this.values.subarray(0, this.size));
    this.#texts.forEach((text, code) => {
      if (used.has(code) || text === "\0") return;
      this.#codes.delete(text);
      this.#texts[code] = "\0";
    });
  }
}

function stateText(value: Value, type: string): string {
  if (typeof value === "object" && value !== null) {
    return "base64" in value ? clipped(`base64 ${value.base64}`) : `${value.omitted} bytes`;
  }
  if (type === "timestamp" && typeof value === "number") {
    const date = new Date(value * 1000);
    if (!Number.isNaN(date.getTime())) return date.toISOString();
  }
  return value === "" ? "(empty)" : clipped(String(value));
}

function clipped(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
