/** How much is left to do in the message centre: for the rail, and told by whoever changes it. */
import { computed, shallowRef, watch } from "vue";
import { loadAgain } from "@/app/again";
import { live } from "@/app/floor";
import { can, me } from "@/app/session";
import { inbox } from "@/connection/inbox";
import type { InboxCount } from "@/wire/types";

const EVERY_MS = 30_000;

export const inboxCounts = shallowRef<InboxCount[]>([]);
export const openItems = computed(() => inboxCounts.value.reduce((sum, one) => sum + one.open, 0));

/** Counts that cannot be had now stay as they are: a later look brings them. */
export async function countItems(): Promise<void> {
  if (!me.value || !can("take_messages") || document.hidden) return;
  inboxCounts.value = (await inbox.counts().catch(() => ({ counts: inboxCounts.value }))).counts;
}

watch(() => me.value?.username, () => void countItems(), { immediate: true });
loadAgain(() => live.value.stored.at(-1), countItems);
setInterval(countItems, EVERY_MS);
