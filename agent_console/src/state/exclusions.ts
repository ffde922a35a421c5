/** Why agents are not offered a caller: order, colours and counts. Pure. */
import type { Tone } from "@/state/looks";
import type { Bystander, Exclusion } from "@/wire/types";

/** Empty: nothing stands in the way. */
export type AgentStanding = Exclusion | "";

const TONES: Record<AgentStanding, Tone> = {
  "": "ready",
  serves_more_due: "ready",
  lacks_skill: "paused",
  not_the_agent: "other",
  reserved: "ringing",
  ringing: "ringing",
  talking: "talking",
  held: "held",
  wrap_up: "wrap",
  other_call: "other",
  backing_off: "paused",
  paused: "paused",
  unreachable: "alarm",
  off_duty: "gone",
  signed_out: "gone",
};

/** The nearer somebody is to taking the call, the further up. */
const ORDER = Object.keys(TONES) as AgentStanding[];

export const standingTone = (standing: AgentStanding): Tone => TONES[standing];

export function byNearness(agents: readonly Bystander[]): Bystander[] {
  return agents.toSorted((a, b) => ORDER.indexOf(a.excluded) - ORDER.indexOf(b.excluded) || a.since - b.since || a.agent.localeCompare(b.agent));
}

export interface Count {
  standing: AgentStanding;
  count: number;
}

/** How many stand where, in the same order; nobody is left out. */
export function counted(agents: readonly Bystander[]): Count[] {
  return ORDER.map((standing) => ({ standing, count: agents.filter((one) => one.excluded === standing).length })).filter(
    (one) => one.count > 0,
  );
}

/** Unknown words come after all others. */
const place = (word: string) => (ORDER.indexOf(word as AgentStanding) + ORDER.length + 1) % (ORDER.length + 1);

/** The same of counts as the ledger keeps them; words it does not know come last, under their own name. */
export function countsOf(excluded: Readonly<Record<string, number>>): { standing: string; tone: Tone; count: number }[] {
  return Object.entries(excluded)
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([standing, count]) => ({ standing, tone: TONES[standing as AgentStanding] ?? "gone", count }));
}

/** The skills that are lacking, with the levels asked for, out of what is written as `english 3, billing 2`. */
export function skillsOf(detail: string): { skill: string; level: number }[] {
  return [...detail.matchAll(/([a-z][a-z0-9_]*) (\d+)(?:, |$)/g)].map((found) => ({ skill: found[1] ?? "", level: Number(found[2]) }));
}
