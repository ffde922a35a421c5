/** Paths through flows as people read them, for reports. */
import { knownTitles, refresh } from "@/app/node_titles";
import { language } from "@/app/preferences";
import { pathTitle } from "@/state/node_paths";

/** Every node of a path through `flow`, as a report tells it. */
export function pathName(flow: string, path: string): string {
  refresh();
  return pathTitle(knownTitles.value, flow, path, language.value);
}
