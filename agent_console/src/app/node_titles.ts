/** What people read for the nodes of flows: their titles, where there are such. Fetched when a node is first shown. */
import { shallowRef } from "vue";
import { language } from "@/app/preferences";
import { flowsRest } from "@/connection/flows";
import { nodeTitle, pathTitle } from "@/state/node_titles";
import type { NodeTitles } from "@/wire/flows";

const STALE_MS = 60_000;
const known = shallowRef<NodeTitles["flows"]>({});
let askedAt = 0;

function refresh(): void {
  if (askedAt && Date.now() - askedAt < STALE_MS) return;
  askedAt = Date.now();
  flowsRest.titles().then(
    (found) => (known.value = found.flows),
    () => undefined,
  );
}

/** `place`: a node of `flow`, or `other.node` of a flow that it called. The id where there is no title. */
export function nodeName(flow: string, place: string): string {
  refresh();
  return nodeTitle(known.value, flow, place, language.value);
}

/** Every node of a path through `flow`, as a report tells it. */
export function pathName(flow: string, path: string): string {
  refresh();
  return pathTitle(known.value, flow, path, language.value);
}
