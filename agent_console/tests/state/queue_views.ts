/** Queues, now and today, to build cases from: everything that a case does not name is plain. */
import type { QueueToday, QueueView } from "@/wire/types";

export const queueView = (given: Partial<QueueView> & { id: string }): QueueView => ({
  name: { "zh-CN": given.id, en: given.id },
  waiting: 0,
  longest_since: 0,
  staffed: 2,
  ready: 1,
  callbacks: 0,
  open: true,
  foretold_low_s: 0,
  foretold_high_s: 0,
  foretold: 0,
  held: 0,
  ...given,
});

export const dayOf = (given: Partial<QueueToday> & { queue: string }): QueueToday => ({
  offered: 0,
  answered: 0,
  abandoned: 0,
  abandoned_short: 0,
  flowed_out: 0,
  failed: 0,
  waiting: 0,
  answered_within: 0,
  target_s: 20,
  service_level: null,
  abandon_rate: null,
  asa_s: 0,
  aht_s: 0,
  longest_wait_s: 0,
  survey_answers: 0,
  satisfied: 0,
  ...given,
});
