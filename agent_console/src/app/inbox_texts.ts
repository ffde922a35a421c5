/** The words of the message centre: in its own chunk. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { inboxEn } from "@/text/inbox.en";
import { inboxZhCn } from "@/text/inbox.zh-CN";

export const i = computed(() => (language.value === "en" ? inboxEn : inboxZhCn));
