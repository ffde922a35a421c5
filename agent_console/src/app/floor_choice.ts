/** What a supervisor has chosen to see; the way of seeing it is remembered in this browser. */
import { computed, reactive, ref, watch } from "vue";
import { floor } from "@/app/floor";
import { remember, remembered } from "@/connection/storage";
import { type AgentFilter, type Order, talkOf } from "@/state/floor_agents";

export type AgentsShown = "cards" | "table";
export type LowerTab = "calls" | "callbacks" | "rooms" | "notices" | "mismatches";

/** `queue` filters everything below the tiles; empty: all. */
export const choice = reactive<AgentFilter>({ text: "", group: "", queue: "", state: "" });
export const shown = ref<AgentsShown>(remembered("floor.agents") === "table" ? "table" : "cards");
export const order = ref<Order>((remembered("floor.order") as Order) || "attention");
export const reversed = ref(remembered("floor.reversed") === "yes");
export const todayAs = ref<"chart" | "table">(remembered("floor.today") === "table" ? "table" : "chart");
export const lower = ref<LowerTab>((remembered("floor.lower") as LowerTab) || "calls");

/** The agent whose panel is open, and the call whose waiting is explained; empty: none. */
export const openedAgent = ref("");
export const askedCall = ref("");

watch(shown, (value) => remember("floor.agents", value));
watch(order, (value) => remember("floor.order", value));
watch(reversed, (value) => remember("floor.reversed", value ? "yes" : ""));
watch(todayAs, (value) => remember("floor.today", value));
watch(lower, (value) => remember("floor.lower", value));

export function chooseQueue(queue: string): void {
  choice.queue = choice.queue === queue ? "" : queue;
}

/** A queue that the centre no longer has filters nothing. */
watch(
  () => floor.value && choice.queue && !(choice.queue in floor.value.queues),
  (gone) => gone && (choice.queue = ""),
);

export const inChosenQueue = (queue: string) => !choice.queue || queue === choice.queue;

export const agentById = (id: string) => floor.value?.agents[id] ?? null;
export const opened = computed(() => agentById(openedAgent.value));
export const openedTalk = computed(() => opened.value && talkOf(opened.value, floor.value?.calls ?? {}));
