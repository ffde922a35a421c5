/** The words of the administration pages: in a chunk of their own, since few need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { adminEn } from "@/text/admin.en";
import { adminZhCn } from "@/text/admin.zh-CN";

export const a = computed(() => (language.value === "en" ? adminEn : adminZhCn));
