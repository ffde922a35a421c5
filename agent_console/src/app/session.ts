/** Who is signed in, and the names of the centre. */
import { computed, ref, shallowRef } from "vue";
import { setByServer } from "@/app/clock";
import { chooseLanguage, languageWasChosen, named, t } from "@/app/preferences";
import { listen, Refusal, rest } from "@/connection/rest";
import type { CentreSummary, Me, NamedChoice, NamedQueue, Permission, Scope } from "@/wire/types";

export const me = shallowRef<Me | null>(null);
export const centre = shallowRef<CentreSummary | null>(null);
/** Why the sign-in page is shown again: the session ended by itself. */
export const endedByItself = ref(false);

listen(setByServer, () => {
  if (!me.value) return;
  me.value = null;
  endedByItself.value = true;
});

/** Over whom somebody has a right: `own`, `group` or `all`; null without the right. */
export const scopeOf = (permission: Permission): Scope | null => me.value?.grants?.[permission] ?? null;
/** Whether somebody has a right at all. */
export const can = (permission: Permission): boolean => scopeOf(permission) !== null;
/** More than what is in one's own hands: those of the group, or all. */
export const reachesOthers = (permission: Permission): boolean => ["group", "all"].includes(scopeOf(permission) ?? "");
export const takesCalls = computed(() => Boolean(me.value?.agent) && can("take_calls"));

const queueNames = computed(() => new Map(centre.value?.queues.map((queue) => [queue.id, queue])));
const agentNames = computed(() => new Map(centre.value?.agents.map((agent) => [agent.id, agent.name])));
export const queueById = (id: string): NamedQueue | undefined => queueNames.value.get(id);
export const agentName = (id: string): string => agentNames.value.get(id) ?? "";
/** A tier as the centre calls it, or by its letter. */
export const tierName = (id: string): string => named(centre.value?.tiers.find((tier) => tier.id === id)?.name) || t.value.card.tierOf(id);
/** A skill as the centre calls it. */
export const skillName = (id: string): string => named(centre.value?.skills.find((skill) => skill.id === id)?.name) || id;
/** A mailbox is a queue's or an agent's. */
export const mailboxName = (id: string): string => named(queueById(id)?.name) || `${id} ${agentName(id)}`.trim();
export const choiceById = (choices: NamedChoice[] | undefined, id: string) => choices?.find((one) => one.id === id);

/** Whether somebody is signed in; asks the server once a page. */
export async function resume(): Promise<boolean> {
  if (me.value) return true;
  try {
    await entered(await rest.session());
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.word === "not_authenticated") return false;
    throw error;
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  await entered(await rest.signIn(username, password));
  endedByItself.value = false;
}

async function entered(who: Me): Promise<void> {
  centre.value = await rest.centre();
  if (!languageWasChosen()) await chooseLanguage(who.language);
  me.value = who;
}

/** Another centre is in force: its names, and what one's role may do by it. */
export async function reloadCentre(): Promise<void> {
  const [newest, who] = await Promise.all([rest.centre(), rest.session()]);
  centre.value = newest;
  if (me.value) me.value = who;
}

export async function signOut(): Promise<void> {
  await rest.signOut();
  me.value = null;
}
