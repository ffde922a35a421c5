/** What the floor says of an agent beside the state: with whom, for which queue, who listens. */
import { now } from "@/app/clock";
import { floor } from "@/app/floor";
import { callerOf, queueName } from "@/app/floor_acts";
import { groupName } from "@/app/floor_settings";
import { f } from "@/app/floor_texts";
import { named, t } from "@/app/preferences";
import { agentName } from "@/app/session";
import { saveFile } from "@/connection/files";
import { csv } from "@/state/csv";
import type { AgentView, CallView } from "@/wire/types";

export const callOfAgent = (agent: AgentView): CallView | null => floor.value?.calls[agent.interaction] ?? null;

/** With whom and for which queue, or else what the agent serves. */
export function aboutAgent(agent: AgentView): string {
  const call = callOfAgent(agent);
  if (call) return [callerOf(call), call.queue && queueName(call.queue)].filter(Boolean).join(" · ");
  if (agent.room) return f.value.agents.inRoom(named(floor.value?.rooms[agent.room]?.name) || agent.room);
  return agent.queues.map(queueName).join(t.value.common.listSeparator);
}

/** The supervisors who take part in an agent's talk, by name. */
export function listenersOf(agent: AgentView): string[] {
  const all = Object.values(floor.value?.agents ?? {});
  return all.filter((one) => one.listens_to === agent.id).map((one) => one.name);
}

export const groupsOf = (agent: AgentView) => agent.groups.map((id) => named(groupName(id)) || id).join(t.value.common.listSeparator);

export function exportAgents(agents: readonly AgentView[]): void {
  const words = f.value.agents;
  const heads = ["Id", words.agent, f.value.floor.state, words.since, words.withWhom, f.value.panel.queues, words.groups, words.callsToday];
  const rows = agents.map((agent) => [
    agent.id,
    agent.name,
    t.value.states[agent.state],
    Math.max(0, Math.round(now.value - agent.since)),
    callOfAgent(agent) ? aboutAgent(agent) : "",
    agent.queues.map(queueName).join(" "),
    groupsOf(agent),
    agent.calls_today,
  ]);
  saveFile(`agents-${new Date().toISOString().slice(0, 10)}.csv`, csv([heads, ...rows]), "text/csv");
}

/** How somebody besides the customer is called: an agent's name, or the number. */
export function partyName(who: string): string {
  const name = agentName(who) || floor.value?.agents[who]?.name;
  return name ? `${name} ${who}` : who;
}
