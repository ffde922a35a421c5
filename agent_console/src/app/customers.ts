/** Whose card is shown for the call in hand: the one found, the one chosen, or the one just written. */
import { computed, shallowRef, watch } from "vue";
import { myAgent, myPop } from "@/app/floor";
import { rest } from "@/connection/rest";
import type { CallSummary, Card } from "@/wire/types";

interface Chosen {
  call: string;
  card: Card;
  last_calls: CallSummary[];
}

const chosen = shallowRef<Chosen | null>(null);
const current = computed(() => (chosen.value?.call === myAgent.value?.interaction ? chosen.value : null));

export const card = computed<Card | null>(() => current.value?.card ?? myPop.value?.customer ?? null);
export const matches = computed<Card[]>(() => (card.value ? [] : (myPop.value?.matches ?? [])));
/** Earlier ones: the call in hand is not history yet. */
export const lastCalls = computed<CallSummary[]>(() => {
  const known = current.value?.last_calls ?? myPop.value?.last_calls ?? [];
  return known.filter((call) => call.id !== myAgent.value?.interaction);
});

/** `last_calls` are fetched when not given. */
export async function show(one: Card): Promise<void> {
  const call = myAgent.value?.interaction;
  if (!call) return;
  chosen.value = { call, card: one, last_calls: current.value?.last_calls ?? myPop.value?.last_calls ?? [] };
  const detail = await rest.customer(one.id);
  if (chosen.value?.call === call) chosen.value = { call, card: detail.card, last_calls: detail.last_calls };
}

watch(
  () => myAgent.value?.interaction,
  (interaction) => {
    if (interaction && chosen.value?.call !== interaction) chosen.value = null;
  },
);
