/** Waits that were foretold: rounded as callers hear them, and how the wait so far stands to them. Pure. */

export interface WaitRange {
  low_s: number;
  high_s: number;
}

/** Minutes that are said: the same steps as in the server's `ivr.ranges`, then every hour. */
const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120];
const LAST = 120;

/** Null when nothing was foretold: both ends are 0. */
export function rangeOf(low_s: number, high_s: number): WaitRange | null {
  return high_s > 0 ? { low_s, high_s } : null;
}

/** Rounded outwards; `high` is at least 1. */
export function minutes(range: WaitRange): { low: number; high: number } {
  return { low: down(Math.floor(range.low_s / 60)), high: Math.max(1, up(Math.ceil(range.high_s / 60))) };
}

function down(whole: number): number {
  return whole > LAST ? Math.floor(whole / 60) * 60 : (STEPS.findLast((step) => step <= whole) ?? 0);
}

function up(whole: number): number {
  return whole > LAST ? Math.ceil(whole / 60) * 60 : (STEPS.find((step) => step >= whole) ?? LAST);
}

/** `early`: less than foretold so far, `due`: within the range, `over`: longer than foretold. */
export type WaitStanding = "early" | "due" | "over";

/** By the range as it was spoken: that is the promise. */
export function standing(waited_s: number, range: WaitRange): WaitStanding {
  const { low, high } = minutes(range);
  if (waited_s > high * 60) return "over";
  return waited_s >= low * 60 ? "due" : "early";
}

/** For a bar as long as the range's end, or the wait when that is longer: shares of its length. */
export function bar(waited_s: number, range: WaitRange): { waited: number; low: number; high: number } {
  const { low, high } = minutes(range);
  const whole_s = Math.max(high * 60, waited_s);
  return { waited: waited_s / whole_s, low: (low * 60) / whole_s, high: (high * 60) / whole_s };
}
