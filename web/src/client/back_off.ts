/**
 * How long to wait before the next attempt to connect.
 *
 * Full jitter after the cap: with jitter before it, all browsers of a long outage would end up
 * at the cap together and come back as one herd.
 */

const FIRST_S = 0.5;
const CAP_S = 10;

/** Seconds to wait after `failures` failed attempts in a row; `chance` is from 0 to 1. */
export function backOff_s(failures: number, chance: number): number {
  return chance * Math.min(CAP_S, FIRST_S * 2 ** failures);
}
