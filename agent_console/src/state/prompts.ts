/** Prompts as the page shows them: which are found, how many are in which state. Pure. */
import type { Tone } from "@/state/looks";
import type { PromptEntry, PromptSource, PromptState, SpokenText } from "@/wire/prompts";
import type { Language } from "@/wire/types";

export const PROMPT_STATES: PromptState[] = ["missing", "stale", "synthetic", "recorded"];

/** `source` empty: everything but the pieces of numbers and dates, which are many. */
export interface PromptFilter {
  text: string;
  source: PromptSource | "";
  state: PromptState | "";
  language: Language | "";
}

export function foundPrompts(prompts: PromptEntry[], filter: PromptFilter): PromptEntry[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return prompts.filter((prompt) => {
    if (filter.source ? prompt.source !== filter.source : prompt.source === "piece") return false;
    if (filter.state && !asked(prompt, filter.language).some((text) => text.state === filter.state)) return false;
    const said = [prompt.id, ...prompt.places.flatMap((place) => [place.where, place.at]), ...prompt.texts.map((text) => text.text)].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** Of the texts that the filter leaves but for its state. */
export function countsOf(prompts: PromptEntry[], filter: PromptFilter): Record<PromptState, number> {
  const counts: Record<PromptState, number> = { recorded: 0, stale: 0, synthetic: 0, missing: 0 };
  for (const prompt of foundPrompts(prompts, { ...filter, state: "" })) {
    for (const text of asked(prompt, filter.language)) counts[text.state] += 1;
  }
  return counts;
}

export function promptTone(state: PromptState): Tone {
  return ({ recorded: "ready", stale: "ringing", synthetic: "talking", missing: "alarm" } as const)[state];
}

export function placesOf(prompt: PromptEntry): string {
  return prompt.places.map((place) => [place.where, place.at].filter(Boolean).join(" › ")).join(", ");
}

function asked(prompt: PromptEntry, language: Language | ""): SpokenText[] {
  return prompt.texts.filter((text) => !language || text.language === language);
}
