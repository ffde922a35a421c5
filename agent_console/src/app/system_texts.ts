/** The words about the system's state, loaded with the pages that show it. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { systemEn } from "@/text/system.en";
import { systemZhCn } from "@/text/system.zh-CN";

export const h = computed(() => (language.value === "en" ? systemEn : systemZhCn));
