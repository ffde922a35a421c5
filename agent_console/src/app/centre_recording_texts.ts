/** The words of the recording rules' form, in the editor's chunk. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { centreRecordingEn } from "@/text/centre_recording.en";
import { centreRecordingZhCn } from "@/text/centre_recording.zh-CN";

export const cr = computed(() => (language.value === "en" ? centreRecordingEn : centreRecordingZhCn));
