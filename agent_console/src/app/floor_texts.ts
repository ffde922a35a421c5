/** The words of the floor and the wall: in their own chunk, since only supervisors need them. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { floorEn } from "@/text/floor.en";
import { floorZhCn } from "@/text/floor.zh-CN";

export const f = computed(() => (language.value === "en" ? floorEn : floorZhCn));
