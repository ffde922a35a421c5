/** REST of the flows' pages: one function an endpoint. */
import { ask, spoken } from "@/connection/rest";
import type { Checked, Difference, DraftSaved, FlowEntry, FlowKinds, FlowToday, Heard, OpenFlow, Published, PublishedFlow, Rehearsal, Rehearsed } from "@/wire/flows";
import type { Done } from "@/wire/types";

const id = encodeURIComponent;
/** Every text of a flow may have to be spoken first. */
const PUBLISH_MS = 300_000;
const SPEAK_MS = 60_000;

export const flowsRest = {
  list: () => ask<{ flows: FlowEntry[] }>("GET", "/flows"),
  kinds: () => ask<FlowKinds>("GET", "/flows/kinds"),
  one: (flow: string) => ask<OpenFlow>("GET", `/flows/${id(flow)}`),
  today: (flow: string) => ask<FlowToday>("GET", `/flows/${id(flow)}/today`),
  check: (source: string) => ask<Checked>("POST", "/flows/check", { source }),
  saveDraft: (flow: string, source: string, base_version: number, revision: number) =>
    ask<DraftSaved>("PUT", `/flows/${id(flow)}/draft`, { source, base_version, revision }),
  dropDraft: (flow: string, revision: number) => ask<Done>("DELETE", `/flows/${id(flow)}/draft`, { revision }),
  publish: (flow: string, source: string, base_version: number, revision: number, note: string) =>
    ask<Published>("POST", `/flows/${id(flow)}/publish`, { source, base_version, revision, note }, PUBLISH_MS),
  retire: (flow: string, version: number, note: string) => ask<Done>("POST", `/flows/${id(flow)}/retire`, { version, note }),
  restore: (flow: string, note: string) => ask<Published>("POST", `/flows/${id(flow)}/restore`, { note }, PUBLISH_MS),
  versions: (flow: string) => ask<{ versions: PublishedFlow[] }>("GET", `/flows/${id(flow)}/versions`),
  rollBack: (flow: string, version: number, base_version: number, note: string) =>
    ask<Published>("POST", `/flows/${id(flow)}/rollback`, { version, base_version, note }, PUBLISH_MS),
  compare: (flow: string, before: number, after: number | null, source = "") =>
    ask<{ difference: Difference }>("POST", `/flows/${id(flow)}/compare`, { before, after, source }),
  rehearse: (step: Rehearsal) => ask<Rehearsed>("POST", "/flows/rehearse", step),
  speak: (sentence: Heard) => spoken("/flows/speak", sentence, SPEAK_MS),
};
