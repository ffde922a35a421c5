/** The calls of the moment: who waits (with the place in the queue), and all others. Pure. */
import type { CallView } from "@/wire/types";

export interface Waiting {
  call: CallView;
  /** 1 is next, within the call's queue. */
  position: number;
}

const IN_QUEUE = new Set(["waiting", "offered", "ringing"]);

export function liveCalls(calls: readonly CallView[]): { waiting: Waiting[]; others: CallView[] } {
  const queued = calls.filter((call) => IN_QUEUE.has(call.phase) && call.queue).toSorted((a, b) => a.queued_at - b.queued_at);
  const counts = new Map<string, number>();
  const waiting = queued.map((call) => {
    const position = (counts.get(call.queue) ?? 0) + 1;
    counts.set(call.queue, position);
    return { call, position };
  });
  const known = new Set(queued);
  const others = calls.filter((call) => !known.has(call) && call.phase !== "ended").toSorted((a, b) => a.arrived_at - b.arrived_at);
  return { waiting, others };
}
