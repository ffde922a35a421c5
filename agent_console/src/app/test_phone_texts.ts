/** The words of the test phone, in a chunk of their own. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { testPhoneEn } from "@/text/test_phone.en";
import { testPhoneZhCn } from "@/text/test_phone.zh-CN";

export const p = computed(() => (language.value === "en" ? testPhoneEn : testPhoneZhCn));
