/** The words of the centre editor: in its own chunk, since only administrators need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { centreEn } from "@/text/centre.en";
import { centreZhCn } from "@/text/centre.zh-CN";

export const c = computed(() => (language.value === "en" ? centreEn : centreZhCn));

/** The name of a field of the document. */
export const fieldName = (key: string | number): string => (c.value.fields as Record<string, string>)[key] ?? String(key);
export const fieldHint = (key: string | number): string => (c.value.hints as Record<string, string>)[key] ?? "";
