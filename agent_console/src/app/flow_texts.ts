/** The words of the flows' pages: in their own chunk. */
import { computed } from "vue";
import { serverNow } from "@/app/clock";
import { language } from "@/app/preferences";
import { moment } from "@/state/durations";
import { fieldsAboutZhCn, kindsAboutZhCn } from "@/text/flow_kinds.zh-CN";
import { flowsEn } from "@/text/flows.en";
import { flowsZhCn } from "@/text/flows.zh-CN";
import type { FieldForm, KindForm } from "@/wire/flows";

export const w = computed(() => (language.value === "en" ? flowsEn : flowsZhCn));

/** What the kind does; the server's sentence is English. */
export const aboutKind = (kind: KindForm): string => (language.value === "en" ? kind.about : (kindsAboutZhCn[kind.kind] ?? ""));
export const aboutField = (field: FieldForm): string => (language.value === "en" ? field.about : (fieldsAboutZhCn[field.name] ?? fieldsAboutZhCn[`${field.name}_`] ?? ""));
export const kindName = (kind: string): string => (w.value.kinds as Record<string, string>)[kind] ?? kind;
/** `then` is no name for a field of an object in this language: such names have a line behind them. */
const told = (words: Record<string, string>, name: string): string => words[name] ?? words[`${name}_`] ?? name;
export const fieldName = (name: string): string => told(w.value.fields, name);
export const wayName = (label: string): string => told(w.value.ways, label);
export const resultName = (result: string): string => (w.value.results as Record<string, string>)[result] ?? result;
export const when = (at: number): string => moment(at, serverNow(), language.value);
