/** The words of planned shifts: in a chunk of their own, since few need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { shiftsEn } from "@/text/shifts.en";
import { shiftsZhCn } from "@/text/shifts.zh-CN";

export const h = computed(() => (language.value === "en" ? shiftsEn : shiftsZhCn));
