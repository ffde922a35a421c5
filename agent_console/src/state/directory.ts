/** Whom a call can be given to, found by typing: agents with their presence, queues, a number. Pure. */
import { agentTone, type Tone } from "@/state/looks";
import type { AgentView, QueueView, Target } from "@/wire/types";

/** `+`, digits, `*` and `#` after spaces, brackets and dashes are taken away; empty when it is no number to dial. */
export function dialable(text: string): string {
  const bare = text.trim().replace(/[ \t\u00a0().-]/g, "");
  return /^\+?[0-9*#]{2,20}$/.test(bare) ? bare : "";
}

export interface Person {
  id: string;
  name: string;
  agent: AgentView | null;
  tone: Tone;
}

export interface DirectoryEntry {
  target: Target;
  name: string;
  agent?: AgentView | null;
  queue?: QueueView | null;
}

export interface KnownNames {
  agents: readonly { id: string; name: string }[];
  queues: readonly { id: string; name: string }[];
}

const ORDER: Tone[] = ["ready", "wrap", "talking", "held", "ringing", "other", "paused", "alarm", "gone"];

/** Everybody but `me`: who is free first, by name within. */
export function people(names: KnownNames["agents"], agents: Record<string, AgentView>, me: string, text = ""): Person[] {
  return names
    .filter((one) => one.id !== me && matches([one.id, one.name], text))
    .map((one) => ({ ...one, agent: agents[one.id] ?? null, tone: agentTone(agents[one.id]?.state ?? "signed_out") }))
    .toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone) || a.name.localeCompare(b.name));
}

/** Targets for what is typed, the number itself first when it is one. */
export function targets(
  names: KnownNames,
  agents: Record<string, AgentView>,
  queues: Record<string, QueueView>,
  me: string,
  text: string,
): DirectoryEntry[] {
  const number = dialable(text);
  const known = people(names.agents, agents, me, text).map((one) => ({
    target: { kind: targetKind(one.agent), id: one.id },
    name: one.name,
    agent: one.agent,
  }));
  const lines = names.queues.filter((one) => matches([one.id, one.name], text));
  return [
    ...(number && !known.some((one) => one.target.id === number) ? [{ target: { kind: "number" as const, id: number }, name: number }] : []),
    ...known,
    ...lines.map((one) => ({ target: { kind: "queue" as const, id: one.id }, name: one.name, queue: queues[one.id] ?? null })),
  ];
}

/** A free agent is asked as an agent; whoever is paused or not at work has an extension that can ring. */
function targetKind(agent: AgentView | null): "agent" | "extension" {
  return agent && !["signed_out", "paused", "off_duty", "unreachable"].includes(agent.state) ? "agent" : "extension";
}

/** An entry that was chosen a while ago, with what its agent does by now, and rung accordingly. */
export function asNow(entry: DirectoryEntry, agents: Record<string, AgentView>): DirectoryEntry {
  if (entry.agent === undefined) return entry;
  const agent = agents[entry.target.id] ?? null;
  return { ...entry, agent, target: { kind: targetKind(agent), id: entry.target.id } };
}

/** Whether asking is worth it now: somebody in a call cannot be rung. */
export function isBusy(agent: AgentView | null | undefined): boolean {
  return agent !== null && agent !== undefined && ["reserved", "ringing", "talking", "held", "other_call"].includes(agent.state);
}

function matches(texts: readonly string[], text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => texts.some((one) => one.toLowerCase().includes(word)));
}
