/** The words of the flows' pages: in their own chunk. */
import { computed } from "vue";
import { serverNow } from "@/app/clock";
import { language } from "@/app/preferences";
import { moment } from "@/state/durations";
import { flowProblemsZhCn } from "@/text/flow_problems.zh-CN";
import { flowsEn } from "@/text/flows.en";
import { flowsZhCn } from "@/text/flows.zh-CN";

export const w = computed(() => (language.value === "en" ? flowsEn : flowsZhCn));

/** The server speaks English. */
export const problemWords = computed(() => (language.value === "en" ? [] : flowProblemsZhCn));

export const kindName = (kind: string): string => (w.value.kinds as Record<string, string>)[kind] ?? kind;
/** `then` is no name for a field of an object in this language: such names have a line behind them. */
const told = (words: Record<string, string>, name: string): string => words[name] ?? words[`${name}_`] ?? name;
export const fieldName = (name: string): string => told(w.value.fields, name);
export const wayName = (label: string): string => told(w.value.ways, label);
export const resultName = (result: string): string => (w.value.results as Record<string, string>)[result] ?? result;
export const when = (at: number): string => moment(at, serverNow(), language.value);
