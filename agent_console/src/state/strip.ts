/** The softphone strip: what it shows and which buttons work, from the engine's view and the telephone's. Pure. */
import type { Line } from "@/state/line";
import type { AgentView, CallView, Pop } from "@/wire/types";

/** `dialling`: the agent is kept free for a customer who is being called back. */
type Mood = "idle" | "dialling" | "ringing" | "talking" | "held" | "wrap_up";

export interface Strip {
  mood: Mood;
  interaction: string;
  offer: string;
  caller: string;
  callerName: string;
  queue: string;
  /** Since when the mood lasts, seconds; 0 when idle. */
  since: number;
  until: number;
  muted: boolean;
  /** The customer has asked to be called: this call carries that out. */
  callback: boolean;
  /** Picked up, and the caller is not there yet: the agent hears the whisper. */
  connecting: boolean;
  can: { answer: boolean; reject: boolean; hangUp: boolean; hold: boolean; mute: boolean };
  /** The telephone and the engine disagree. */
  outOfStep: boolean;
}

const NOTHING = { answer: false, reject: false, hangUp: false, hold: false, mute: false };

export interface StripInput {
  agent: AgentView | null;
  call: CallView | null;
  pop: Pop | null;
  line: Line;
  /** Whether the engine's view can be believed. */
  live: boolean;
}

export function stripOf(input: StripInput): Strip {
  const mood = moodOf(input);
  const { agent, call, pop, line } = input;
  return {
    mood,
    interaction: agent?.interaction ?? "",
    offer: call?.offer?.id ?? pop?.offer ?? "",
    ...whoCalls(input),
    queue: call?.queue || pop?.queue || "",
    since: sinceOf(mood, input),
    until: mood === "wrap_up" ? (agent?.wrap_up_until ?? 0) : 0,
    muted: line.call?.muted ?? false,
    callback: Boolean(call?.callback || pop?.callback),
    connecting: connecting(input),
    can: buttons(mood, input),
    outOfStep: outOfStep(input),
  };
}

function moodOf({ agent, call, line, live }: StripInput): Mood {
  if (line.call) return moodOfLine(line.call.stage, line.call.onHold);
  if (!agent || !live) return "idle";
  if (agent.state === "wrap_up") return "wrap_up";
  if (agent.state === "reserved" && call?.phase === "dialling") return "dialling";
  if (!ringsElsewhere(agent, line)) return "idle";
  if (agent.state === "ringing") return "ringing";
  if (agent.state === "talking") return "talking";
  return agent.state === "held" ? "held" : "idle";
}

/** The call is on another device than this page: only the engine tells about it. */
function ringsElsewhere(agent: AgentView, line: Line): boolean {
  return agent.device === "desk" || line.registration === "elsewhere";
}

function moodOfLine(stage: string, onHold: boolean): Mood {
  if (stage === "ringing" || stage === "dialling") return "ringing";
  return onHold ? "held" : "talking";
}

function whoCalls({ call, pop, line }: StripInput): Pick<Strip, "caller" | "callerName"> {
  return {
    caller: call?.caller || pop?.caller || line.call?.number || "",
    callerName: pop?.customer?.name || call?.caller_name || pop?.caller_name || "",
  };
}

function sinceOf(mood: Mood, { agent, call, line }: StripInput): number {
  if (mood === "idle") return 0;
  if (mood === "dialling") return call?.since || agent?.since || 0;
  if (mood === "talking" || mood === "held") return call?.connected_at || line.call?.since || agent?.since || 0;
  return line.call?.since ?? agent?.since ?? 0;
}

function connecting({ agent, line, live }: StripInput): boolean {
  if (line.call?.stage === "connecting") return true;
  const comes = agent?.state === "reserved" || agent?.state === "ringing";
  return line.call?.stage === "talking" && live && comes;
}

function buttons(mood: Mood, input: StripInput): Strip["can"] {
  const { agent, line } = input;
  const here = line.call !== null && line.call.stage !== "ending";
  const talking = mood === "talking" || mood === "held";
  if (here) {
    const up = line.call?.stage === "talking";
    const ringing = line.call?.stage === "ringing";
    return { answer: ringing, reject: ringing, hangUp: talking, hold: up && !connecting(input), mute: up };
  }
  if (agent && ringsElsewhere(agent, line)) return { ...NOTHING, reject: mood === "ringing", hangUp: talking };
  return NOTHING;
}

function outOfStep(input: StripInput): boolean {
  const { agent, line, live } = input;
  if (!live || agent?.device !== "web" || line.registration === "elsewhere") return false;
  // On its way up or down: one of the two is told a moment before the other.
  if (connecting(input) || line.call?.stage === "ending") return false;
  // A call that is none of ours: the engine tells it as such.
  if (agent.state === "other_call") return false;
  const engineTalks = agent.state === "talking" || agent.state === "held";
  const phoneTalks = line.call?.stage === "talking";
  return engineTalks !== phoneTalks;
}
