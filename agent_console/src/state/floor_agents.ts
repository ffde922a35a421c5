/** The agents a supervisor wants to see, in the order wanted. Pure. */
import { byAttention } from "@/state/looks";
import type { AgentState, AgentView, CallView } from "@/wire/types";

/** States that are one to a supervisor. */
export type StateGroup = "ready" | "ringing" | "talking" | "wrap_up" | "paused" | "trouble" | "away";

const GROUPS: Record<AgentState, StateGroup> = {
  ready: "ready",
  backing_off: "ready",
  reserved: "ringing",
  ringing: "ringing",
  talking: "talking",
  held: "talking",
  other_call: "talking",
  wrap_up: "wrap_up",
  paused: "paused",
  unreachable: "trouble",
  off_duty: "away",
  signed_out: "away",
};
const STATE_GROUPS: readonly StateGroup[] = ["ready", "ringing", "talking", "wrap_up", "paused", "trouble", "away"];
const stateGroup = (agent: AgentView): StateGroup => GROUPS[agent.state];

export interface AgentFilter {
  text: string;
  group: string;
  queue: string;
  state: StateGroup | "";
}

/** `about` is what else is shown of an agent, as text. Every word typed must be found. */
export function found(agents: readonly AgentView[], filter: AgentFilter, about: (agent: AgentView) => string): AgentView[] {
  const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return agents.filter((agent) => {
    if (filter.queue && !agent.queues.includes(filter.queue)) return false;
    if (filter.group && !agent.groups.includes(filter.group)) return false;
    if (filter.state && stateGroup(agent) !== filter.state) return false;
    const text = `${agent.id} ${agent.name} ${about(agent)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function counted(agents: readonly AgentView[]): { group: StateGroup; count: number }[] {
  return STATE_GROUPS.map((group) => ({ group, count: agents.filter((agent) => stateGroup(agent) === group).length }));
}

export type Order = "attention" | "name" | "state" | "since" | "calls";

export function ordered(agents: readonly AgentView[], by: Order, down: boolean): AgentView[] {
  const sorted = by === "attention" ? byAttention(agents) : agents.toSorted(ORDERS[by]);
  return down ? sorted.toReversed() : sorted;
}

type Compare = (a: AgentView, b: AgentView) => number;
const byId: Compare = (a, b) => a.id.localeCompare(b.id);
const ORDERS: Record<Exclude<Order, "attention">, Compare> = {
  name: (a, b) => a.name.localeCompare(b.name) || byId(a, b),
  state: (a, b) => STATE_GROUPS.indexOf(stateGroup(a)) - STATE_GROUPS.indexOf(stateGroup(b)) || a.since - b.since,
  since: (a, b) => a.since - b.since || byId(a, b),
  calls: (a, b) => b.calls_today - a.calls_today || byId(a, b),
};

/** Paused first, then off the phone: who could be brought to a queue that nobody serves. The longest before the others. */
export function couldServe(agents: readonly AgentView[], queue: string): AgentView[] {
  const worth: Partial<Record<AgentState, number>> = { paused: 0, backing_off: 1, wrap_up: 2, unreachable: 3 };
  return agents
    .filter((agent) => agent.queues.includes(queue) && agent.state in worth)
    .toSorted((a, b) => (worth[a.state] ?? 9) - (worth[b.state] ?? 9) || a.since - b.since);
}

/** The call an agent is in with somebody: what can be listened to. */
export function talkOf(agent: AgentView, calls: Readonly<Record<string, CallView>>): CallView | null {
  const call = calls[agent.interaction];
  return call && TALKS.has(call.phase) && agent.state !== "wrap_up" ? call : null;
}

const TALKS = new Set<CallView["phase"]>(["talking", "held", "consulting", "conference", "reconnecting"]);
