/** How a state looks: its tone (colour token), whether the outline is red, how urgently it wants attention. Pure. */
import type { AgentState, AgentView, CallPhase } from "@/wire/types";

export type Tone = "ready" | "ringing" | "talking" | "held" | "wrap" | "paused" | "other" | "gone" | "alarm";

const AGENT_TONES: Record<AgentState, Tone> = {
  signed_out: "gone",
  paused: "paused",
  ready: "ready",
  reserved: "ringing",
  ringing: "ringing",
  talking: "talking",
  held: "held",
  wrap_up: "wrap",
  unreachable: "alarm",
  backing_off: "ready",
  off_duty: "gone",
  other_call: "other",
};

const PHASE_TONES: Record<CallPhase, Tone> = {
  flow: "other",
  waiting: "gone",
  offered: "ringing",
  ringing: "ringing",
  talking: "talking",
  held: "held",
  consulting: "held",
  conference: "talking",
  reconnecting: "alarm",
  outside: "other",
  survey: "other",
  parked: "held",
  voicemail: "wrap",
  dialling: "ringing",
  ended: "gone",
};

export const agentTone = (state: AgentState): Tone => AGENT_TONES[state];
export const phaseTone = (phase: CallPhase): Tone => PHASE_TONES[phase];

const ATTENTION: AgentState[] = [
  "unreachable",
  "ringing",
  "reserved",
  "held",
  "talking",
  "other_call",
  "wrap_up",
  "backing_off",
  "ready",
  "paused",
  "off_duty",
  "signed_out",
];

/** What needs a supervisor's eye first; the longest in a state before the others in it. */
export function byAttention(agents: readonly AgentView[]): AgentView[] {
  return agents.toSorted(
    (a, b) => ATTENTION.indexOf(a.state) - ATTENTION.indexOf(b.state) || a.since - b.since || a.id.localeCompare(b.id),
  );
}

/** `good`, `near` (within ten points of the target) or `bad`; `none` without a figure. */
export function againstTarget(share: number | null, target: number): "good" | "near" | "bad" | "none" {
  if (share === null) return "none";
  if (share >= target) return "good";
  return share >= target - 0.1 ? "near" : "bad";
}
