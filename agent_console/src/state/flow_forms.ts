/** Which fields of a node are offered, and what a new node begins with. Pure. */
import { parse } from "yaml";
import type { FieldForm, FlowKinds, KindForm, OutlineNode, Plain } from "@/wire/flows";
import type { Language } from "@/wire/types";

export const TOP_KINDS = ["say", "menu", "collect", "queue", "hours", "condition", "voicemail", "hang_up"];

export const fieldsOf = (node: OutlineNode): Record<string, Plain> => (typeof node.fields === "object" && !Array.isArray(node.fields) ? node.fields : {});

/** What people read for the node; empty: it has no title in this language. */
export function titleOf(node: OutlineNode, language: Language): string {
  const title = fieldsOf(node).title;
  const said = title && typeof title === "object" && !Array.isArray(title) ? title[language] : "";
  return typeof said === "string" ? said : "";
}

/** The fields of the kind, then those that stand in the text and the kind does not know. */
export function formOf(node: OutlineNode, kind: KindForm | undefined): FieldForm[] {
  const known = kind?.fields ?? [];
  const covered = new Set(known.flatMap((field) => (isSpeech(field) && field.name === "say" ? ["say", "play"] : [field.name])));
  const others = Object.keys(fieldsOf(node)).filter((name) => name !== "title" && !covered.has(name));
  return [...known, ...others.map((name) => stray(name))];
}

const stray = (name: string): FieldForm => ({ name, type: "unknown", required: false, default: "", least: null, most: null, choices: [], known: "", about: "", of: [] });

const isSpeech = (field: FieldForm): boolean => field.type === "speech" || field.type === "optional_speech" || field.type === "speech_under";

export type Widget = "speech" | "target" | "number" | "flag" | "choice" | "word" | "keys" | "key" | "list" | "yaml";

/** A value that is no single one is edited as text, unless the kind reads it as something with an input of its own. */
export function widgetOf(field: FieldForm, value: Plain | undefined): Widget {
  if (isSpeech(field)) return "speech";
  const single = value === undefined || typeof value === "string";
  if (field.type === "keys" && field.of[0]?.type === "target" && (value === undefined || isPlainMap(value))) return "keys";
  if (field.type === "sequence" && field.of.length && (value === undefined || (Array.isArray(value) && value.every(isPlainMap)))) return "list";
  if (!single) return "yaml";
  if (field.type === "target") return "target";
  if (field.type === "number" || field.type === "count") return "number";
  if (field.type === "flag") return "flag";
  if (field.type === "key") return "key";
  if (field.type === "choice" || field.choices.length) return "choice";
  if (["keys", "mapping", "sequence", "levels"].includes(field.type)) return "yaml";
  return "word";
}

const isPlainMap = (value: Plain): boolean => typeof value === "object" && !Array.isArray(value) && Object.values(value).every((one) => typeof one === "string");

/** The ids a field may name; null: any text. */
export function idsFor(field: FieldForm, kinds: FlowKinds | null): string[] | null {
  if (!kinds) return null;
  if (field.type === "queue") return kinds.queues;
  const by: Record<string, string[]> = { queue: kinds.queues, mailbox: kinds.mailboxes, queue_with_callbacks: kinds.callbacks, skill: kinds.skills, flow: kinds.flows };
  return by[field.known] ?? null;
}

/** An id that no node has yet, after the kind. */
export function freeId(kind: string, nodes: readonly OutlineNode[]): string {
  const taken = new Set(nodes.map((node) => node.id));
  const stem = kind.replace(/[^a-z0-9_]/g, "_").slice(0, 28) || "node";
  if (!taken.has(stem)) return stem;
  let count = 2;
  while (taken.has(`${stem}_${count}`)) count += 1;
  return `${stem}_${count}`;
}

/** A new node: the example of its kind, with every way in it leading to `next`, and ids that are known here. */
export function beginning(kind: KindForm, next: string, kinds: FlowKinds): Record<string, unknown> {
  const example = (parse(kind.example, { schema: "failsafe" }) as Record<string, Record<string, unknown>> | null) ?? {};
  const fields = Object.values(example)[0] ?? { kind: kind.kind };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, name === "kind" ? value : fitted(kind.fields.find((field) => field.name === name), value, next, kinds)]));
}

function fitted(field: FieldForm | undefined, value: unknown, next: string, kinds: FlowKinds): unknown {
  if (!field) return value;
  if (field.type === "target") return next;
  const ids = idsFor(field, kinds);
  if (ids) return ids.includes(String(value)) ? value : (ids[0] ?? value);
  if (field.type === "speech_under" && typeof value === "object" && value && "play" in value) return Object.keys(kinds.prompts).includes(String(value.play)) ? value : undefined;
  if (typeof value !== "object" || value === null || !field.of.length) return value;
  if (field.of.length === 1 && field.of[0]?.name === "" && field.of[0].type === "target") return Object.fromEntries(Object.keys(value).map((key) => [key, next]));
  if (Array.isArray(value)) return value.map((one) => below(field, one, next, kinds));
  return value;
}

function below(field: FieldForm, value: unknown, next: string, kinds: FlowKinds): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fitted(field.of.find((part) => part.name === name), one, next, kinds)]));
}

/** Whether an id may be given to a node: its rule, and that no other node has it. */
export function idTrouble(id: string, own: string, nodes: readonly OutlineNode[]): "" | "rule" | "taken" {
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return "rule";
  return id !== own && nodes.some((node) => node.id === id) ? "taken" : "";
}

export const flowTemplate = (id: string, zh: string, en: string): string => `flow: ${id}
name: {zh-CN: ${JSON.stringify(zh)}, en: ${JSON.stringify(en)}}
start: welcome

nodes:
  welcome:
    kind: say
    say:
      zh-CN: 您好，欢迎致电。
      en: Hello, and thank you for calling.
    next: goodbye

  goodbye:
    kind: hang_up
    say: {zh-CN: 感谢您的来电，再见。, en: Thank you for calling. Goodbye.}
`;
