/** The drawing of the open flow, with the callers in it and the day's ways. */
import { computed, onUnmounted, ref, shallowRef, watch } from "vue";
import { flow, kinds, nodes, outline, published } from "@/app/flow_editor";
import { floor, live } from "@/app/floor";
import { language } from "@/app/preferences";
import { flowsRest } from "@/connection/flows";
import { titleOf } from "@/state/flow_forms";
import { byNode, callersIn, dayCounts, type Drawing } from "@/state/flow_drawing";
import type { FlowToday } from "@/wire/flows";
import type { Language } from "@/wire/types";

const EVERY_MS = 10_000;

/** In which language the texts are shown: that of the page, until another is chosen. */
export const shownLanguage = ref<Language | "">("");
export const textLanguage = computed<Language>(() => shownLanguage.value || language.value);

/** A node of the open flow as people read it. */
export function titled(id: string): string {
  const node = nodes.value.find((one) => one.id === id);
  return (node && titleOf(node, textLanguage.value)) || id;
}
/** As `titled`, with the id behind a title: where nodes are chosen. */
export const titledWithId = (id: string): string => (titled(id) === id ? id : `${titled(id)} (${id})`);

export const drawing = shallowRef<Drawing | null>(null);
let asked = 0;
watch([outline, textLanguage, kinds], async () => {
  asked += 1;
  const mine = asked;
  if (!outline.value) return void (drawing.value = null);
  const { laidOut } = await import("@/state/flow_layout");
  if (mine !== asked || !outline.value) return;
  drawing.value = laidOut(outline.value, textLanguage.value, (kinds.value?.prompts ?? {}) as unknown as Record<string, Record<string, string>>);
});

export const callers = computed(() => (flow.value ? callersIn(flow.value.id, floor.value?.calls ?? {}) : []));
export const callersAt = computed(() => byNode(callers.value));

const today = shallowRef<FlowToday | null>(null);
export const counts = computed(() => dayCounts(today.value, published.value?.version ?? 0));
export const mostOnALine = computed(() => Math.max(0, ...Object.values(counts.value.lines)));

async function load(): Promise<void> {
  const id = flow.value?.id;
  if (!id || document.hidden) return;
  const found = await flowsRest.today(id).catch(() => null);
  if (found && flow.value?.id === id) today.value = found;
}

/** Keeps the day's figures fresh while somebody looks. */
export function useToday(): void {
  const timer = setInterval(load, EVERY_MS);
  const stops = [watch(() => flow.value?.id, () => ((today.value = null), void load()), { immediate: true }), watch(() => live.value.stored.at(-1), () => void load())];
  onUnmounted(() => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}
