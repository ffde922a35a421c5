/** The words of quality scoring, in a chunk of their own. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { qualityEn } from "@/text/quality.en";
import { qualityZhCn } from "@/text/quality.zh-CN";

export const q = computed(() => (language.value === "en" ? qualityEn : qualityZhCn));
