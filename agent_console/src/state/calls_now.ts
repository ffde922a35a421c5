/** The calls of the moment: who waits (with the place in the queue), and all others. Pure. */
import type { CallbackView, CallView } from "@/wire/types";

export interface Waiting {
  call: CallView;
  /** 1 is next, within the call's queue; callbacks in line take a place too. */
  position: number;
}

const IN_QUEUE = new Set(["waiting", "offered", "ringing"]);

/** The moment of entry by which a caller stands in line: credit counts as time waited. */
const place = (call: CallView) => call.queued_at - call.credit_s;

export function liveCalls(
  calls: readonly CallView[],
  callbacks: readonly CallbackView[] = [],
): { waiting: Waiting[]; others: CallView[] } {
  const queued = calls.filter((call) => IN_QUEUE.has(call.phase) && call.queue).toSorted((a, b) => place(a) - place(b));
  const counts = new Map<string, number>();
  const waiting = queued.map((call) => {
    const before = (counts.get(call.queue) ?? 0) + 1;
    counts.set(call.queue, before);
    const called = callbacks.filter((one) => one.queue === call.queue && one.state === "due" && one.queued_at < place(call));
    return { call, position: before + called.length };
  });
  const known = new Set(queued);
  const others = calls.filter((call) => !known.has(call) && call.phase !== "ended").toSorted((a, b) => a.arrived_at - b.arrived_at);
  return { waiting, others };
}
