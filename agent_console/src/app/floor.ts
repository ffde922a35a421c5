/** The live picture, kept up to date by the websocket. */
import { computed, shallowRef, watch } from "vue";
import { serverNow, setByServer } from "@/app/clock";
import { me, reloadCentre } from "@/app/session";
import { LiveLink } from "@/connection/live";
import { callOf, isLive, linkLost, linkOpened, type Live, nothingKnown, received } from "@/state/live";

export const live = shallowRef<Live>(nothingKnown);
export const isFresh = computed(() => isLive(live.value));
export const floor = computed(() => live.value.floor);

const link = new LiveLink("/ws", {
  message: (message) => {
    if ("now" in message) setByServer(message.now);
    live.value = received(live.value, message);
  },
  opened: () => (live.value = linkOpened(live.value)),
  lost: () => (live.value = linkLost(live.value, serverNow())),
  refused: () => (me.value = null),
});

watch(
  () => me.value?.username,
  (username) => {
    link.close();
    live.value = nothingKnown;
    if (username) link.open();
  },
  { immediate: true },
);

watch(
  () => live.value.floor?.system.centre_version,
  (version, before) => {
    if (version !== undefined && before !== undefined) void reloadCentre().catch(() => undefined);
  },
);

export const myAgent = computed(() => (me.value?.agent ? (floor.value?.agents[me.value.agent] ?? null) : null));
export const myCall = computed(() => callOf(live.value, myAgent.value));
export const myPop = computed(() => live.value.pops[myAgent.value?.interaction ?? ""] ?? null);
