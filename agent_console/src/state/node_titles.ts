/** The title of a node by its flow and place. Pure. */
import type { NodeTitles } from "@/wire/flows";
import type { Language } from "@/wire/types";

/** `place`: a node of `flow`, or `other.node` of a flow that it called. */
export function nodeTitle(known: NodeTitles["flows"], flow: string, place: string, language: Language): string {
  const dot = place.lastIndexOf(".");
  const of = dot < 0 ? flow : place.slice(0, dot);
  return known[of]?.[place.slice(dot + 1)]?.[language] || place;
}
