/** The queues in the order in which they need attention. Pure. */
import { againstTarget } from "@/state/looks";
import type { QueueToday, QueueView } from "@/wire/types";

export interface QueueNow {
  queue: QueueView;
  /** Missing while the figures are not there. */
  day: QueueToday | undefined;
  target_s: number;
  /** 0 to 1. */
  target: number;
  /** Somebody has waited longer than the target. */
  late: boolean;
  /** Somebody waits, and nobody is signed in. */
  alone: boolean;
  /** Somebody waits, and nobody is ready. */
  stuck: boolean;
  mark: "good" | "near" | "bad" | "none";
}

export interface Target {
  service_level_s: number;
  /** Percent. */
  service_level_target: number;
}

export function queueNow(queue: QueueView, day: QueueToday | undefined, target: Target, now: number): QueueNow {
  const share = target.service_level_target / 100;
  const target_s = day?.target_s || target.service_level_s;
  return {
    queue,
    day,
    target_s,
    target: share,
    late: queue.longest_since > 0 && now - queue.longest_since > target_s,
    alone: queue.waiting > 0 && queue.staffed === 0,
    stuck: queue.waiting > 0 && queue.ready === 0,
    mark: againstTarget(day?.service_level ?? null, share),
  };
}

/** The more, the sooner it is looked at; by steps, so that tiles keep their places while seconds pass. */
function urgency({ queue, late, alone, stuck, mark }: QueueNow): number {
  const now = (alone ? 8 : 0) + (late ? 4 : 0) + (stuck ? 2 : 0) + (queue.waiting ? 1 : 0);
  return now * 10 + ["good", "none", "near", "bad"].indexOf(mark) + (queue.open ? 0 : -5);
}

export function byUrgency(queues: readonly QueueNow[]): QueueNow[] {
  return queues.toSorted((a, b) => urgency(b) - urgency(a));
}

/** An order that stands while `steady`: what is new comes last, what is gone leaves. */
export function keptOrder(before: readonly string[], wanted: readonly string[], steady: boolean): string[] {
  if (!steady) return [...wanted];
  const there = new Set(wanted);
  const kept = before.filter((id) => there.has(id));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((id) => !known.has(id))];
}
