/** An icon and a tone for each kind of node; a kind that is not known has both too. */
import {
  Box, CalendarClock, CalendarDays, CircleQuestionMark, Code, Database, GitBranch, Globe, Hash, Headset, Languages, ListOrdered, MessageCircle, Mic, Phone, PhoneForwarded, PhoneOff,
  PhoneOutgoing, Repeat, Split, Star, UserSearch, Users, Variable, Voicemail, Volume2, Workflow, Grid3x3,
} from "@lucide/vue";
import type { Component } from "vue";

const ICONS: Record<string, Component> = {
  say: Volume2,
  play: Volume2,
  menu: Grid3x3,
  hours: CalendarClock,
  holiday: CalendarDays,
  roster: Users,
  language: Languages,
  queue: ListOrdered,
  callback: PhoneOutgoing,
  voicemail: Voicemail,
  mailbox: Voicemail,
  rate: Star,
  survey: Star,
  hang_up: PhoneOff,
  collect: Hash,
  condition: GitBranch,
  set: Variable,
  http: Globe,
  subflow: Workflow,
  flow: Workflow,
  split: Split,
  loop: Repeat,
  script: Code,
  agent: Headset,
  extension: Phone,
  external: PhoneForwarded,
  record: Mic,
  sms: MessageCircle,
  customer: UserSearch,
  identify: UserSearch,
  data: Database,
};

export const iconOf = (kind: string, known: boolean): Component => ICONS[kind] ?? (known ? Box : CircleQuestionMark);

/** What it is for the caller: hears, presses, waits outside, leaves. */
export function toneOf(node: { asks: boolean; ends: boolean; known: boolean; kind: string }): string {
  if (!node.known) return "tone-gone";
  if (node.kind === "hang_up") return "tone-alarm";
  if (node.ends) return "tone-ready";
  if (node.asks || node.kind === "language" || node.kind === "collect") return "tone-wrap";
  if (node.kind === "say" || node.kind === "play") return "tone-talking";
  return "tone-paused";
}
