/** The calls that are listed, as a file for a spreadsheet. */
import { r } from "@/app/calls_texts";
import { named, t } from "@/app/preferences";
import { agentName, centre, choiceById, queueById } from "@/app/session";
import { saveFile } from "@/connection/files";
import { csv } from "@/state/csv";
import type { CallSummary } from "@/wire/types";

export function exportCalls(calls: readonly CallSummary[]): void {
  const words = t.value;
  const { time, caller, outcome, queue, agent } = r.value.calls;
  const heads = [time, caller, words.card.name, outcome, queue, agent, words.call.waited, words.call.talk, words.call.hold];
  const rows = calls.map((call) => [
    new Date(call.arrived_at * 1000).toISOString(),
    call.caller,
    call.customer_name || call.caller_name,
    words.outcomes[call.outcome],
    named(queueById(call.queue)?.name),
    `${call.agent} ${agentName(call.agent)}`.trim(),
    Math.round(call.waited_s),
    Math.round(call.talk_s),
    Math.round(call.hold_s),
    named(choiceById(centre.value?.dispositions, call.disposition)?.name),
    call.note,
    call.score ?? "",
  ]);
  const all = [[...heads, words.note.disposition, words.note.title, r.value.detail.survey], ...rows];
  saveFile(`calls-${new Date().toISOString().slice(0, 10)}.csv`, csv(all), "text/csv");
}
