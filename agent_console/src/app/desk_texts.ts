/** The words of the desk and the telephone strip. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { words } from "@/text";

export const d = computed(() => words[language.value].desk);
