/** The words of the desk and the telephone strip. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { deskEn } from "@/text/desk.en";
import { deskZhCn } from "@/text/desk.zh-CN";

export const d = computed(() => (language.value === "en" ? deskEn : deskZhCn));
