/** Finished recordings as a whole, and holds on single ones. */
import { ask } from "@/connection/rest";
import type { Done } from "@/wire/types";
import type { Orphan, RecordingsOverview } from "@/wire/recordings";

const act = (call: string, what: string, reason: string) => ask<Done>("POST", `/calls/${encodeURIComponent(call)}/recording/${what}`, { reason });

export const recordingsRest = {
  overview: () => ask<RecordingsOverview>("GET", "/recordings"),
  orphans: () => ask<{ orphans: Orphan[] }>("GET", "/recordings/orphans"),
  adopt: () => ask<Done>("POST", "/recordings/orphans/adopt"),
  hold: (call: string, reason: string) => act(call, "hold", reason),
  release: (call: string, reason: string) => act(call, "release", reason),
};
