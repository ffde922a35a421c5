/** What people read for the nodes of flows: their titles, where there are such. Fetched when a node is first shown. */
import { shallowRef } from "vue";
import { language } from "@/app/preferences";
import { ask } from "@/connection/rest";
import { nodeTitle } from "@/state/node_titles";
import type { NodeTitles } from "@/wire/flows";

const STALE_MS = 60_000;
export const knownTitles = shallowRef<NodeTitles["flows"]>({});
const knownNames = shallowRef<NodeTitles["names"]>({});
let askedAt = 0;

export function refresh(): void {
  if (askedAt && Date.now() - askedAt < STALE_MS) return;
  askedAt = Date.now();
  ask<NodeTitles>("GET", "/node-titles").then(
    (found) => {
      knownTitles.value = found.flows;
      knownNames.value = found.names;
    },
    () => undefined,
  );
}

/** What the flow is called; its id where it is not in force any more. */
export function flowName(flow: string): string {
  refresh();
  return knownNames.value[flow]?.[language.value] || flow;
}

/** `place`: a node of `flow`, or `other.node` of a flow that it called. The id where there is no title. */
export function nodeName(flow: string, place: string): string {
  refresh();
  return nodeTitle(knownTitles.value, flow, place, language.value);
}
