/** Today by the quarter of an hour: what the curve shows, its sums and its file. Pure. */
import type { FloorToday, Interval } from "@/wire/floor";

const NOTHING = {
  offered: 0,
  answered: 0,
  within: 0,
  abandoned: 0,
  short: 0,
  flowed_out: 0,
  callbacks: 0,
  wait_s: 0,
  talk_s: 0,
  handled: 0,
};

/** The curve is never narrower than this, however early it is. */
const LEAST = 8;

/** Answered within the target / (offered - abandoned within the short-abandon limit); null while that is nothing. */
export function serviceLevel(one: Pick<Interval, "within" | "offered" | "short">): number | null {
  const counted = one.offered - one.short;
  return counted > 0 ? Math.min(1, one.within / counted) : null;
}

/** (abandoned - short) / (offered - short); null while that is nothing. */
export function abandonRate(one: Pick<Interval, "abandoned" | "offered" | "short">): number | null {
  const counted = one.offered - one.short;
  return counted > 0 ? (one.abandoned - one.short) / counted : null;
}

/** Average seconds from entering the queue to the answer; null while nobody was answered. */
export const answerSpeed = (one: Pick<Interval, "wait_s" | "answered">): number | null =>
  one.answered > 0 ? one.wait_s / one.answered : null;

export function summed(intervals: readonly Interval[]): typeof NOTHING {
  const sums = { ...NOTHING };
  for (const one of intervals) {
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += one[key];
  }
  return sums;
}

/** Every quarter from the first with a call to the one that runs at `now`, the quiet ones between included. */
export function quarters(today: FloorToday, now: number): Interval[] {
  const told = new Map(today.intervals.map((one) => [Math.round((one.at - today.from_at) / today.step_s), one]));
  const busy = [...told].filter(([, one]) => one.offered > 0 || one.handled > 0).map(([index]) => index);
  const last = Math.max(0, Math.floor((now - today.from_at) / today.step_s), ...busy);
  const first = Math.max(0, Math.min(busy.length ? Math.min(...busy) : last, last - LEAST + 1));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const index = first + i;
    return told.get(index) ?? { at: today.from_at + index * today.step_s, ...NOTHING };
  });
}

/** Columns as a chart wants them: moments, offered, answered, abandoned, service level in percent (null: no call). */
export function columns(intervals: readonly Interval[]): [number[], number[], number[], number[], (number | null)[]] {
  return [
    intervals.map((one) => one.at),
    intervals.map((one) => one.offered),
    intervals.map((one) => one.answered),
    intervals.map((one) => one.abandoned),
    intervals.map((one) => {
      const level = serviceLevel(one);
      return level === null ? null : level * 100;
    }),
  ];
}

/** The time of day in the centre's zone: reports are read in the centre's clock. */
export function inZone(at: number, zone: string): string {
  return new Date(at * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone || undefined });
}
