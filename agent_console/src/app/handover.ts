/** Giving the call in hand to somebody, asking somebody first, and what follows. */
import { computed, ref, watch } from "vue";
import { d } from "@/app/desk_texts";
import { floor, isFresh, myAgent, myCall } from "@/app/floor";
import { strip } from "@/app/phone";
import { named } from "@/app/preferences";
import { agentName, can, centre, me, queueById } from "@/app/session";
import { attempt, sayDone } from "@/app/toasts";
import { deskRest } from "@/connection/desk";
import { remember, remembered } from "@/connection/storage";
import { asNow, type DirectoryEntry, targets } from "@/state/directory";
import { readable } from "@/state/numbers";
import { consultActs, partiesOf } from "@/state/parties";
import type { Target } from "@/wire/types";

export const panelOpen = ref(false);
export const search = ref("");
const picked = ref<DirectoryEntry | null>(null);
/** Whoever was busy when chosen may be free by now. */
export const chosen = computed<DirectoryEntry | null>({
  get: () => picked.value && asNow(picked.value, floor.value?.agents ?? {}),
  set: (entry) => (picked.value = entry),
});
export const busy = ref(false);

export const mayHandOver = computed(() => can("transfer") && strip.value.can.transfer);
export const parties = computed(() => partiesOf(myCall.value, me.value?.agent ?? ""));
export const acts = computed(() => (isFresh.value && can("transfer") ? consultActs(myCall.value, me.value?.agent ?? "") : consultActs(null, "")));

export const found = computed(() =>
  targets(
    {
      agents: centre.value?.agents ?? [],
      queues: (centre.value?.queues ?? []).map((queue) => ({ id: queue.id, name: named(queue.name) })),
    },
    floor.value?.agents ?? {},
    floor.value?.queues ?? {},
    me.value?.agent ?? "",
    search.value,
  ).filter((entry) => entry.target.kind !== "number" || can("dial_out")),
);

/** The note for whoever is next, kept through a reload. */
export const note = ref("");
const noteKey = () => `handover.${myAgent.value?.interaction ?? ""}`;
watch(
  () => myAgent.value?.interaction ?? "",
  (interaction, before) => {
    if (before) remember(`handover.${before}`, "");
    note.value = interaction ? remembered(noteKey()) : "";
    close();
  },
);
watch(note, (text) => myAgent.value?.interaction && remember(noteKey(), text));
watch(mayHandOver, (may) => !may && close());

export function close(): void {
  panelOpen.value = false;
  chosen.value = null;
  search.value = "";
}

/** Opens the panel, with a target when one was clicked. */
export function open(entry: DirectoryEntry | null = null): void {
  if (!mayHandOver.value) return;
  chosen.value = entry;
  panelOpen.value = true;
}

const targetName = (target: Target): string => {
  if (target.kind === "queue") return named(queueById(target.id)?.name) || target.id;
  return target.kind === "number" ? readable(target.id) : agentName(target.id) || target.id;
};

async function run(act: () => Promise<unknown>): Promise<boolean> {
  if (busy.value) return false;
  busy.value = true;
  const ok = await attempt(act);
  busy.value = false;
  return ok;
}

export async function transferNow(to: Target): Promise<void> {
  const { interaction } = strip.value;
  const name = targetName(to);
  if (await run(() => deskRest.transfer(interaction, to, note.value.trim()))) {
    close();
    sayDone(d.value.handover.given(name));
  }
}

export async function askFirst(to: Target): Promise<void> {
  const { interaction } = strip.value;
  if (await run(() => deskRest.consult(interaction, to, note.value.trim()))) close();
}

export const complete = () => acts.value.complete && void run(() => deskRest.complete(strip.value.interaction));
export const share = () => acts.value.share && void run(() => deskRest.share(strip.value.interaction));
export const back = () => acts.value.back && void run(() => deskRest.endConsult(strip.value.interaction));
