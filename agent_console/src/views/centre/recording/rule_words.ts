/** Recording and retention rules as a sentence. */
import { cr } from "@/app/centre_recording_texts";
import { t } from "@/app/preferences";
import type { WholeRecordingRule, WholeRetentionRule } from "@/state/centre_shape";
import { agentLabel, queueLabel } from "@/views/centre/options";

const joined = (parts: string[]): string => parts.filter(Boolean).join(" · ") || cr.value.all;
const directionWords = (direction: WholeRecordingRule["direction"]): string => (direction ? cr.value.directions[direction] : "");

export function ruleWords(rule: WholeRecordingRule): string {
  const whom = joined([rule.queue ? queueLabel(rule.queue) : "", directionWords(rule.direction), rule.agent ? agentLabel(rule.agent) : ""]);
  return cr.value.rule(whom, rule.keep === "share" ? cr.value.share(rule.percent) : cr.value.keeps[rule.keep]);
}

export const outcomeWord = (outcome: string): string => (t.value.outcomes as Record<string, string>)[outcome] ?? outcome;

export function retentionWords(rule: WholeRetentionRule): string {
  const whom = joined([rule.queue ? queueLabel(rule.queue) : "", directionWords(rule.direction), rule.outcome ? outcomeWord(rule.outcome) : ""]);
  return cr.value.lasts(whom, rule.days);
}
