/** What may be chosen, with the names that the draft gives: a queue added a moment ago can be chosen at once. */
import { computed } from "vue";
import { whole } from "@/app/centre_draft";
import { c } from "@/app/centre_texts";
import { named } from "@/app/preferences";
import { centre } from "@/app/session";
import type { Text } from "@/wire/types";

export interface Option {
  value: string;
  label: string;
  about?: string;
}

const plain = (entries: { id: string; name: Text }[]) => entries.map((one) => ({ value: one.id, label: named(one.name) || one.id }));

export const queueOptions = computed<Option[]>(() => plain(whole.value.queues));
export const skillOptions = computed<Option[]>(() => plain(whole.value.skills));
export const groupOptions = computed<Option[]>(() => plain(whole.value.groups));
export const rosterOptions = computed<Option[]>(() => plain(whole.value.rosters));
export const tierOptions = computed<Option[]>(() => (whole.value.tiers).map((one) => ({ value: one.id, label: `${one.id} · ${named(one.name)}` })));
export const agentOptions = computed<Option[]>(() => whole.value.agents.map((one) => ({ value: one.id, label: `${one.id} ${one.name}` })));
export const numberOptions = computed<Option[]>(() => (whole.value.numbers).map((one) => ({ value: one.number, label: one.number })));
export const languageOptions = computed<Option[]>(() => [{ value: "zh-CN", label: c.value.half["zh-CN"] }, { value: "en", label: c.value.half.en }]);
export const hostOptions = computed<Option[]>(() => [{ value: "", label: c.value.hosts.trunk }, { value: "twilio", label: c.value.hosts.twilio }]);
export const mailboxOptions = computed<Option[]>(() => [...queueOptions.value, ...agentOptions.value]);

/** What the server offers beside the document: flows to lead callers to, music to wait with. */
export const flowOptions = computed<Option[]>(() => {
  const known = plain(centre.value?.flows ?? []);
  const used = [...whole.value.numbers.map((one) => one.flow), ...whole.value.queues.map((one) => one.survey ?? "")];
  const more = [...new Set(used)].filter((flow) => flow && !known.some((one) => one.value === flow));
  return [...known, ...more.map((flow) => ({ value: flow, label: flow }))];
});
export const musicOptions = computed<Option[]>(() =>
  (centre.value?.music ?? ["default"]).map((value) => ({ value, label: (c.value.musicNames as Record<string, string>)[value] ?? value })),
);

const labelled = (options: Option[], value: string) => options.find((one) => one.value === value)?.label ?? value;
export const queueLabel = (id: string) => labelled(queueOptions.value, id);
export const skillLabel = (id: string) => labelled(skillOptions.value, id);
export const groupLabel = (id: string) => labelled(groupOptions.value, id);
export const rosterLabel = (id: string) => labelled(rosterOptions.value, id);
export const agentLabel = (id: string) => labelled(agentOptions.value, id);
export const flowLabel = (id: string) => labelled(flowOptions.value, id);
