/** The words of the prompts' page: in a chunk of their own, since few need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { promptsEn } from "@/text/prompts.en";
import { promptsZhCn } from "@/text/prompts.zh-CN";

export const p = computed(() => (language.value === "en" ? promptsEn : promptsZhCn));
