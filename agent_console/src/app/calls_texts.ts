/** The words of a call's record, in a chunk of their own. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { callsEn } from "@/text/calls.en";
import { callsZhCn } from "@/text/calls.zh-CN";

export const r = computed(() => (language.value === "en" ? callsEn : callsZhCn));
