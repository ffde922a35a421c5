/** The words of the reports: in a chunk of their own, since few need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { reportsEn } from "@/text/reports.en";
import { reportsZhCn } from "@/text/reports.zh-CN";

export const r = computed(() => (language.value === "en" ? reportsEn : reportsZhCn));
