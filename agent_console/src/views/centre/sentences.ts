/** Destinations, rules and changed values in words. */
import { c, fieldName } from "@/app/centre_texts";
import { named, t } from "@/app/preferences";
import { secondsText } from "@/state/centre_numbers";
import { ruleWords, retentionWords } from "@/views/centre/recording/rule_words";
import type { FieldChange } from "@/state/centre_changes";
import type { WholeDestination, WholeRecordingRule, WholeRetentionRule, WholeRule } from "@/state/centre_shape";
import { agentLabel, flowLabel, queueLabel, rosterLabel } from "@/views/centre/options";
import type { Text } from "@/wire/types";

export const listWords = (names: string[]): string => names.join(t.value.common.listSeparator);

export function destinationWords(to: WholeDestination): string {
  const place = c.value.places[to.to];
  switch (to.to) {
    case "queue":
      return `${place} ${queueLabel(to.id)}`;
    case "flow":
      return `${place} ${flowLabel(to.id)}`;
    case "agent":
      return `${place} ${agentLabel(to.id)}`;
    case "voicemail":
      return to.id ? `${place} ${queueLabel(to.id) === to.id ? agentLabel(to.id) : queueLabel(to.id)}` : place;
    default:
      return place;
  }
}

/** The conditions of a rule; none: every call. */
export function conditionWords(rule: WholeRule): string[] {
  const words = c.value.conditions;
  return [
    rule.tiers.length ? words.tiers(listWords(rule.tiers)) : "",
    callerWords(rule.callers),
    rule.dialled.length ? words.dialled(listWords(rule.dialled)) : "",
    rule.languages.length ? words.languages(listWords(rule.languages.map((one) => c.value.half[one]))) : "",
    rule.open ? words.open(rosterLabel(rule.open)) : "",
    rule.closed ? words.closed(rosterLabel(rule.closed)) : "",
  ].filter(Boolean);
}

function callerWords(callers: string[]): string {
  const { callers: begins, withheld, or } = c.value.conditions;
  const shown = callers.filter((one) => one !== "withheld");
  return [...(shown.length ? [begins(listWords(shown))] : []), ...(shown.length < callers.length ? [withheld] : [])].join(or);
}

/** `queue → strategy`, down to where it was changed. */
export function fieldWords(change: FieldChange): string {
  return change.path.filter((step) => typeof step === "string").map((step) => fieldName(step)).join(" › ");
}

export function valueWords(value: unknown, field = ""): string {
  if (value === null || value === undefined || value === "") return c.value.nothing;
  if (typeof value === "boolean") return value ? c.value.yes : c.value.no;
  if (typeof value === "number") return field.endsWith("_s") ? secondsText(value) : String(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length ? listWords(value.map((one) => valueWords(one))) : c.value.nothing;
  return objectWords(value as Record<string, unknown>);
}

function objectWords(value: Record<string, unknown>): string {
  if ("zh-CN" in value) return named(value as unknown as Text);
  if ("keep" in value) return ruleWords(value as unknown as WholeRecordingRule);
  if ("outcome" in value && "days" in value) return retentionWords(value as unknown as WholeRetentionRule);
  if ("to" in value && "wait_s" in value) return destinationWords(value as unknown as WholeDestination);
  const parts = Object.entries(value).filter(([, each]) => each !== null && each !== "");
  return parts.map(([key, each]) => `${fieldName(key)} ${valueWords(each, key)}`).join(" ") || c.value.nothing;
}
