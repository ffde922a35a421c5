/** The words of the recordings page, in a chunk of their own. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { recordingsEn } from "@/text/recordings.en";
import { recordingsZhCn } from "@/text/recordings.zh-CN";

export const r = computed(() => (language.value === "en" ? recordingsEn : recordingsZhCn));
