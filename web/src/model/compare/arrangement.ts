/** In which order devices that are compared stand: as katgate has them, by value, or oddest first. */
import type { Value } from "../../wire";
import { type Comparison, callsFor, type OneOfMany } from "./comparison";

export const ARRANGEMENTS = ["device", "value", "oddest"] as const;
export type Arrangement = (typeof ARRANGEMENTS)[number];

/** As in the URL; anything else is by device. */
export function parseArrangement(text: string): Arrangement {
  return ARRANGEMENTS.find((one) => one === text) ?? "device";
}

/** Equal ones stay as they were. */
export function arranged<One extends OneOfMany>(
  all: readonly One[],
  comparison: Comparison,
  by: Arrangement,
): readonly One[] {
  switch (by) {
    case "device":
      return all;
    case "value":
      return [...all].sort((a, b) => compareValues(a.value, b.value));
    case "oddest":
      return [...all].sort((a, b) => oddity(b, comparison) - oddity(a, comparison));
    default:
      return by satisfies never;
  }
}

/** Numbers, then texts, then what has no value. */
function compareValues(a: Value, b: Value): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return textOf(a) < textOf(b) ? -1 : Number(textOf(a) > textOf(b));
}

function rankOf(value: Value): number {
  if (value === null) return 2;
  return typeof value === "number" ? 0 : 1;
}

/** From 0: as the most; who is to be looked at comes before all others. */
function oddity(one: OneOfMany, comparison: Comparison): number {
  const called = callsFor(one, comparison) ? 2 : 0;
  return called + distance(one.value, comparison);
}

/** From what is usual, 0 to 1. */
function distance(value: Value, comparison: Comparison): number {
  if (value === null || comparison.kind === "nothing") return 0;
  if (comparison.kind === "texts") {
    const counts = new Map(comparison.counts);
    return 1 - (counts.get(textOf(value)) ?? 0) / (comparison.counts[0]?.[1] ?? 1);
  }
  const { lowest, median, highest } = comparison;
  if (typeof value !== "number") return 1;
  return highest > lowest ? Math.min(1, Math.abs(value - median) / (highest - lowest)) : 0;
}

function textOf(value: Value): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
