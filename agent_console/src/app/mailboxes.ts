/** How many messages wait in the mailboxes: for the rail, and told by whoever changes it. */
import { computed, shallowRef, watch } from "vue";
import { loadAgain } from "@/app/again";
import { live } from "@/app/floor";
import { can, me } from "@/app/session";
import { rest } from "@/connection/rest";
import type { Mailbox } from "@/wire/types";

const EVERY_MS = 30_000;

export const mailboxes = shallowRef<Mailbox[]>([]);
export const newMessages = computed(() => mailboxes.value.reduce((sum, box) => sum + box.new, 0));

/** Counts that cannot be had now stay as they are: a later look brings them. */
async function countMessages(): Promise<void> {
  if (!me.value || !can("take_messages") || document.hidden) return;
  mailboxes.value = (await rest.messages({ limit: 1 }).catch(() => ({ mailboxes: mailboxes.value }))).mailboxes;
}

watch(() => me.value?.username, () => void countMessages(), { immediate: true });
loadAgain(() => live.value.stored.at(-1), countMessages);
setInterval(countMessages, EVERY_MS);
