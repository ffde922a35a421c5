/** A path through a flow by the titles of its nodes. Pure. */
import { nodeTitle } from "@/state/node_titles";
import type { NodeTitles } from "@/wire/flows";
import type { Language } from "@/wire/types";

/** `menu 1:check identify.ask` as the table of a report has it, joined by arrows. */
export function pathTitle(known: NodeTitles["flows"], flow: string, path: string, language: Language): string {
  return path
    .split(/ → | /)
    .filter(Boolean)
    .map((step) => {
      const colon = step.lastIndexOf(":");
      const title = nodeTitle(known, flow, step.slice(colon + 1), language);
      return colon < 0 ? title : `${step.slice(0, colon)}: ${title}`;
    })
    .join(" → ");
}
