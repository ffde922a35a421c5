/** Messages from supervisors: an urgent one takes attention once; read is said to whoever sent it. */
import { computed, shallowRef, watch } from "vue";
import { d } from "@/app/desk_texts";
import { floor } from "@/app/floor";
import { ringVolume } from "@/app/preferences";
import { me } from "@/app/session";
import { attempt } from "@/app/toasts";
import { tellOnce } from "@/connection/attention";
import { deskRest } from "@/connection/desk";
import { sentTo, unread } from "@/state/notices";
import type { NoticeView } from "@/wire/types";

const mine = computed(() => me.value?.agent ?? "");
/** Those whose receipt is under way count as read here. */
const reading = shallowRef<readonly string[]>([]);

export const unreadNotices = computed(() => unread(floor.value?.notices, mine.value).filter((one) => !reading.value.includes(one.id)));
export const allNotices = computed(() => sentTo(floor.value?.notices, mine.value));

const told = new Set<string>();
watch(unreadNotices, (notices) => {
  const fresh = notices.filter((one) => one.urgent && !told.has(one.id));
  for (const one of fresh) told.add(one.id);
  const [first] = fresh;
  if (first) tellOnce(d.value.notices.urgentFrom(first.by_name || first.by), first.text, ringVolume.value);
});

export async function read(notice: NoticeView): Promise<void> {
  reading.value = [...reading.value, notice.id];
  const ok = await attempt(() => deskRest.readNotice(notice.id));
  if (!ok) reading.value = reading.value.filter((id) => id !== notice.id);
}
