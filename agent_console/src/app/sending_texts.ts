/** The words of scheduled reports and webhooks: in a chunk of their own, since few need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { sendingEn } from "@/text/sending.en";
import { sendingZhCn } from "@/text/sending.zh-CN";

export const s = computed(() => (language.value === "en" ? sendingEn : sendingZhCn));
