/** Messages to agents: to whom one goes, and who has read it. Pure. */
import type { AgentView, NoticeView } from "@/wire/types";

/** `everybody`: all who are signed in at the moment of sending. */
export type Recipients = { kind: "everybody" } | { kind: "group"; id: string } | { kind: "queue"; id: string } | { kind: "agents"; ids: string[] };

/** Who is meant among those at work; somebody named gets the message even when signed out. */
export function reached(to: Recipients, agents: readonly AgentView[]): AgentView[] {
  if (to.kind === "agents") return agents.filter((agent) => to.ids.includes(agent.id));
  const working = agents.filter((agent) => agent.intent !== "signed_out");
  if (to.kind === "everybody") return working;
  return working.filter((agent) => (to.kind === "group" ? agent.groups : agent.queues).includes(to.id));
}

/** Newest first. */
export const newestFirst = <Entry extends { at: number; id: string }>(entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => b.at - a.at || b.id.localeCompare(a.id));

export function unreadBy(notice: NoticeView): string[] {
  return notice.to.filter((agent) => !notice.read_by.includes(agent));
}
