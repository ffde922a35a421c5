/** The dictionaries, by language: only those that are spoken here are loaded. */
import { shallowReactive } from "vue";
import type { Language as ElementsLanguage } from "element-plus/es/locale";
import type { DeskTexts } from "@/text/desk.en";
import type { Texts } from "@/text/en";
import type { Language } from "@/wire/types";

export type Words = { core: Texts; desk: DeskTexts; elements: ElementsLanguage };

const loading: Record<Language, () => Promise<{ words: Words }>> = {
  "zh-CN": () => import("@/text/words.zh-CN"),
  en: () => import("@/text/words.en"),
};

export const words = shallowReactive({} as Record<Language, Words>);

export async function loadWords(language: Language): Promise<void> {
  words[language] ??= (await loading[language]()).words;
}
