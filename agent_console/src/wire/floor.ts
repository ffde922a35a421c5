/** Message shapes of the supervisor's floor: today by the quarter of an hour. */

/** A quarter of an hour of one queue, or of all: counts of calls that entered in it, sums in seconds. */
export interface Interval {
  at: number;
  offered: number;
  answered: number;
  /** Answered within the queue's target. */
  within: number;
  abandoned: number;
  /** Of these, within the short-abandon limit. */
  short: number;
  flowed_out: number;
  callbacks: number;
  wait_s: number;
  talk_s: number;
  handled: number;
}

/** Since midnight in the centre's zone. Quarters in which nothing happened may be missing. */
export interface FloorToday {
  from_at: number;
  step_s: number;
  intervals: Interval[];
}
