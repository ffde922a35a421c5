/** The parts of the editor, and where everything of the document is edited. Pure. */
import type { Place } from "@/state/centre_problems";

export const SECTIONS = ["queues", "agents", "skills", "numbers", "blacklist", "rosters", "outbound", "recording", "rooms", "pages", "floor", "lists", "staff", "general", "text"] as const;
export type Section = (typeof SECTIONS)[number];

export const isSection = (name: unknown): name is Section => (SECTIONS as readonly unknown[]).includes(name);

const ELSEWHERE: Partial<Record<Place["section"], Section>> = {
  groups: "skills",
  tiers: "skills",
  rules: "numbers",
  holidays: "rosters",
  pause_reasons: "lists",
  dispositions: "lists",
  centre: "general",
  alerts: "floor",
  supervision: "floor",
  reconnection: "floor",
  // Roles have a page of their own; here they are only in the text.
  roles: "text",
};

export function sectionOf(kind: Place["section"]): Section {
  return ELSEWHERE[kind] ?? (kind as Section);
}
