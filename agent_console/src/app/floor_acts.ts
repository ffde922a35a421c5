/** What a supervisor does on the floor: asks the server, says what came of it. */
import { computed } from "vue";
import { isFresh, myAgent } from "@/app/floor";
import { choice } from "@/app/floor_choice";
import { f } from "@/app/floor_texts";
import { named, t } from "@/app/preferences";
import { me, queueById, scopeOf } from "@/app/session";
import { attempt, sayDone } from "@/app/toasts";
import { deskRest } from "@/connection/desk";
import { floorRest } from "@/connection/floor";
import { type Act, obstacle, ownPhone, type Standing } from "@/state/floor_acts";
import { readable } from "@/state/numbers";
import type { AgentView, CallView, Mode, Permission } from "@/wire/types";

export const nameOf = (agent: AgentView) => `${agent.name} ${agent.id}`;
export const callerOf = (call: CallView) => call.caller_name || readable(call.caller) || t.value.call.unknown;

/** Whether a right reaches this agent; with scope group, those in a group of the account (or else of its agent). */
export function mayOver(right: Permission, agent: AgentView): boolean {
  const scope = scopeOf(right);
  if (scope === "all" || scope === null) return scope === "all";
  if (agent.id === me.value?.agent) return true;
  const mine = me.value?.groups?.length ? me.value.groups : (myAgent.value?.groups ?? []);
  return scope === "group" && agent.groups.some((group) => mine.includes(group));
}

/** The sentence that says why an act is impossible now; empty when it is possible. */
export function why(act: Act, agent: AgentView, talk: CallView | null): string {
  const standing: Standing = { agent, talk, own: myAgent.value, live: isFresh.value, may: (right) => mayOver(right, agent) };
  const found = obstacle(act, standing);
  return found ? (f.value.obstacles[found] ?? "") : "";
}

/** What keeps the supervisor's own phone from being rung. */
export const phoneTrouble = computed(() => ownPhone(myAgent.value));

export const listen = (agent: AgentView, mode: Mode) => attempt(() => floorRest.listen(agent.id, mode));
export const stopListening = () => attempt(deskRest.stopListening);

export async function takeOver(): Promise<void> {
  if (await attempt(floorRest.takeOver)) sayDone(f.value.done.took);
}

export async function force(agent: AgentView, to: AgentView["intent"], reason = ""): Promise<void> {
  if (await attempt(() => floorRest.force(agent.id, to, reason))) sayDone(f.value.done[to](nameOf(agent)));
}

export async function cut(call: CallView): Promise<void> {
  if (await attempt(() => floorRest.cut(call.id))) sayDone(f.value.done.cut(callerOf(call)));
}

export async function move(call: CallView, to: "front" | "queue" | "agent", where: string, word: string): Promise<void> {
  if (await attempt(() => floorRest.move(call.id, to, where))) sayDone(f.value.done.moved(callerOf(call), word));
}

export const queueName = (id: string) => named(queueById(id)?.name) || id;
export const chosenQueueName = computed(() => (choice.queue ? queueName(choice.queue) : f.value.queues.all));
