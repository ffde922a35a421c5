/** How well a talk in the browser sounds, judged from what WebRTC counts. Pure. */

/** Counters at a moment, as told by the browser; null: not told (yet). */
export interface Reading {
  /** Seconds. */
  at: number;
  received: number;
  lost: number;
  jitter_s: number;
  /** There and back. */
  round_trip_s: number | null;
  /** Share of what we send that does not arrive. */
  sent_lost: number | null;
}

type Grade = "good" | "fair" | "poor";
/** What is wrong: `sending`: the other side loses what we say. `nothing`: no sound arrives at all. */
type Trouble = "" | "delay" | "loss" | "sending" | "jitter" | "nothing";

export interface Quality {
  grade: Grade;
  trouble: Trouble;
  round_trip_ms: number | null;
  jitter_ms: number;
  /** Shares. */
  lost: number;
  sent_lost: number;
}

/** From (fair, poor) on a figure is worse than good: ITU-T G.114 for delay, E-model tables for loss and jitter. */
const LIMITS = { delay: [0.25, 0.45], loss: [0.02, 0.06], sending: [0.02, 0.06], jitter: [0.035, 0.08] } as const;

/** Judges the stretch between two readings; null when it is too short to tell. */
export function qualityOf(before: Reading, now: Reading): Quality | null {
  const seconds = now.at - before.at;
  if (seconds < 1) return null;
  const arrived = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  const share = arrived + lost > 0 ? lost / (arrived + lost) : 0;
  const measured = { delay: now.round_trip_s ?? 0, loss: share, sending: now.sent_lost ?? 0, jitter: now.jitter_s };
  const { grade, trouble } = arrived === 0 && seconds >= 3 ? { grade: "poor" as const, trouble: "nothing" as const } : worst(measured);
  return {
    grade,
    trouble,
    round_trip_ms: now.round_trip_s === null ? null : Math.round(now.round_trip_s * 1000),
    jitter_ms: Math.round(now.jitter_s * 1000),
    lost: share,
    sent_lost: now.sent_lost ?? 0,
  };
}

function worst(measured: Record<keyof typeof LIMITS, number>): { grade: Grade; trouble: Trouble } {
  for (const [i, grade] of [[1, "poor"], [0, "fair"]] as const) {
    const found = (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).find((name) => measured[name] > LIMITS[name][i]);
    if (found) return { grade, trouble: found };
  }
  return { grade: "good", trouble: "" };
}

/** Keeps what is needed to judge the last `KEPT` readings. */
const KEPT = 4;
export function withReading(readings: readonly Reading[], now: Reading): readonly Reading[] {
  const last = readings.at(-1);
  // A connection that was set up anew counts from the beginning.
  const since = last && now.received < last.received ? [] : readings;
  return [...since, now].slice(-KEPT);
}

export function qualityNow(readings: readonly Reading[]): Quality | null {
  const [first] = readings;
  const last = readings.at(-1);
  return first && last && first !== last ? qualityOf(first, last) : null;
}
