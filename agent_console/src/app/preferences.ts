/** Language, theme and sound choices: of this browser. */
import { computed, ref, watch } from "vue";
import { remember, remembered } from "@/connection/storage";
import { loadWords, words } from "@/text";
import type { Language, Text } from "@/wire/types";

export type Theme = "light" | "dark" | "system";

const darkScreen = window.matchMedia("(prefers-color-scheme: dark)");
const screenIsDark = ref(darkScreen.matches);
darkScreen.addEventListener("change", (event) => (screenIsDark.value = event.matches));

function firstLanguage(): Language {
  const kept = remembered("language");
  if (kept === "en" || kept === "zh-CN") return kept;
  return navigator.language.startsWith("zh") ? "zh-CN" : "en";
}

export const language = ref<Language>(firstLanguage());
export const theme = ref<Theme>((remembered("theme") as Theme) || "system");
export const microphone = ref(remembered("microphone"));
export const speaker = ref(remembered("speaker"));
export const ringSpeaker = ref(remembered("ringSpeaker"));
export const volume = ref(Number(remembered("volume") || "0.9"));
export const ringVolume = ref(Number(remembered("ringVolume") || "0.7"));

export const languageWasChosen = () => remembered("language") !== "";
const isDark = computed(() => theme.value === "dark" || (theme.value === "system" && screenIsDark.value));

/** The dictionary in force: `t.desk.ready` in templates. */
export const t = computed(() => words[language.value].core);

/** A name that the centre gives in every language. */
export function named(text: Text | undefined): string {
  return text?.[language.value] ?? "";
}

watch(language, (chosen) => (document.documentElement.lang = chosen), { immediate: true });
watch(isDark, (dark) => document.documentElement.classList.toggle("dark", dark), { immediate: true });
watch(theme, (value) => remember("theme", value));
watch(microphone, (value) => remember("microphone", value));
watch(speaker, (value) => remember("speaker", value));
watch(ringSpeaker, (value) => remember("ringSpeaker", value));
watch(volume, (value) => remember("volume", String(value)));
watch(ringVolume, (value) => remember("ringVolume", String(value)));

export async function chooseLanguage(chosen: Language): Promise<void> {
  remember("language", chosen);
  await loadWords(chosen);
  language.value = chosen;
}
