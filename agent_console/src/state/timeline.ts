/** Which ledger entries a person wants to read about a call, and in which tone. Pure. */
import type { Tone } from "@/state/looks";
import type { TimelineEntry } from "@/wire/types";

const TONES: Record<string, Tone> = {
  CallArrived: "other",
  CallBlocked: "alarm",
  RuleApplied: "other",
  LanguageChosen: "other",
  CallHosted: "other",
  CallBroughtOver: "other",
  FlowStarted: "other",
  KeyPressed: "other",
  QueueEntered: "gone",
  WaitForetold: "gone",
  MessageLeft: "wrap",
  MessageMissing: "alarm",
  CallbackAsked: "wrap",
  CallbackTried: "ringing",
  CallbackFailed: "paused",
  CallbackEnded: "wrap",
  OfferRang: "ringing",
  OfferFailed: "paused",
  Connected: "talking",
  Held: "held",
  Resumed: "talking",
  TalkEnded: "talking",
  SurveyOffered: "wrap",
  SurveyAnswered: "wrap",
  CallEnded: "gone",
  WrapUpEnded: "wrap",
  RecordingMissing: "alarm",
  RecordingDecided: "gone",
  RecordingPaused: "paused",
  RecordingResumed: "talking",
};

export type ToldEntry = TimelineEntry & { tone: Tone };

/** By `seq`, the flow that was begun last before the entry. */
export function flowsOf(entries: readonly TimelineEntry[]): Map<number, string> {
  let flow = "";
  const found = new Map<number, string>();
  for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
    if (entry.kind === "FlowStarted" && typeof entry.data.flow === "string") flow = entry.data.flow;
    found.set(entry.seq, flow);
  }
  return found;
}

/** `all` also tells the inner steps (legs, checkpoints, leases). In the order of the ledger. */
export function toldEntries(entries: readonly TimelineEntry[], all: boolean): ToldEntry[] {
  return entries
    .filter((entry) => all || entry.kind in TONES)
    .toSorted((a, b) => a.seq - b.seq)
    .map((entry) => ({ ...entry, tone: TONES[entry.kind] ?? "gone" }));
}
