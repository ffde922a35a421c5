/** The softphone strip: what it shows and which buttons work, from the engine's view and the telephone's. Pure. */
import { consultActs } from "@/state/parties";
import type { Line } from "@/state/line";
import type { AgentView, CallView, Pop } from "@/wire/types";

/** `dialling`: somebody is being called: a customer who asked for it, or a number the agent dialled. */
export type Mood =
  | "idle"
  | "dialling"
  | "ringing"
  | "talking"
  | "held"
  | "consulting"
  | "conference"
  | "reconnecting"
  | "room"
  | "listening"
  | "wrap_up";

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
  onHold: boolean;
  /** The call is on the agent's desk phone (or another tab's telephone): buttons go by way of the server. */
  remote: boolean;
  /** The customer has asked to be called: this call carries that out. */
  callback: boolean;
  /** The agent has dialled. */
  outbound: boolean;
  /** Picked up, and the caller is not there yet: the agent hears the whisper. */
  connecting: boolean;
  /** What the red button does: `back` from a consult, `leave` a talk that goes on without the agent. */
  ends: "call" | "back" | "leave" | "room" | "listening";
  can: { answer: boolean; reject: boolean; hangUp: boolean; hold: boolean; mute: boolean; keys: boolean; transfer: boolean };
  /** The telephone and the engine disagree. */
  outOfStep: boolean;
}

const NOTHING = { answer: false, reject: false, hangUp: false, hold: false, mute: false, keys: false, transfer: false };

export interface StripInput {
  agent: AgentView | null;
  call: CallView | null;
  pop: Pop | null;
  line: Line;
  /** Whether the engine's view can be believed. */
  live: boolean;
  /** The desk phone was muted from this page. */
  deskMuted?: boolean;
}

export function stripOf(input: StripInput): Strip {
  const mood = moodOf(input);
  const { agent, call, pop, line } = input;
  const remote = isRemote(input);
  return {
    mood,
    interaction: agent?.interaction ?? "",
    offer: call?.offer?.id ?? pop?.offer ?? "",
    ...whoCalls(input),
    queue: call?.queue || pop?.queue || "",
    since: sinceOf(mood, input),
    until: untilOf(mood, input),
    muted: remote ? (input.deskMuted ?? false) : (line.call?.muted ?? false),
    onHold: line.call ? line.call.onHold : mood === "held",
    remote,
    callback: Boolean(call?.callback || pop?.callback),
    outbound: call?.direction === "out",
    connecting: connecting(input),
    ends: whatEnds(mood, input),
    can: buttons(mood, input),
    outOfStep: outOfStep(input),
  };
}

function moodOf(input: StripInput): Mood {
  const { agent, call, line, live } = input;
  if (line.call) return moodOfLine(input, line.call.stage, line.call.onHold);
  if (!agent || !live) return "idle";
  if (agent.state === "wrap_up") return "wrap_up";
  if (call?.phase === "reconnecting") return "reconnecting";
  if (call?.phase === "dialling" && agent.state !== "ready") return "dialling";
  if (!isRemote(input)) return "idle";
  if (agent.state === "ringing") return "ringing";
  if (agent.room) return "room";
  if (agent.listens_to) return "listening";
  if (agent.state === "held") return "held";
  return agent.state === "talking" ? engineMood(input) : "idle";
}

/** The call is on another device than this page: only the engine tells about it. */
function isRemote({ agent, line }: StripInput): boolean {
  return line.call === null && (agent?.device === "desk" || line.registration === "elsewhere");
}

function moodOfLine(input: StripInput, stage: string, onHold: boolean): Mood {
  if (input.live && input.call?.phase === "reconnecting") return "reconnecting";
  if (stage === "ringing" || stage === "dialling") return "ringing";
  if (onHold) return "held";
  return input.live ? engineMood(input) : "talking";
}

/** What kind of talk it is: the telephone cannot know. */
function engineMood({ agent, call }: StripInput): Mood {
  if (agent?.room) return "room";
  if (agent?.listens_to) return "listening";
  if (call?.phase === "consulting" || call?.phase === "conference" || call?.phase === "dialling") return call.phase;
  return call?.phase === "held" ? "held" : "talking";
}

function whoCalls({ call, pop, line }: StripInput): Pick<Strip, "caller" | "callerName"> {
  return {
    caller: call?.caller || pop?.caller || line.call?.number || "",
    callerName: pop?.customer?.name || call?.caller_name || pop?.caller_name || "",
  };
}

const TALKS: Mood[] = ["talking", "held", "conference", "room", "listening"];

function sinceOf(mood: Mood, { agent, call, line }: StripInput): number {
  if (mood === "idle") return 0;
  if (mood === "dialling") return call?.since || agent?.since || 0;
  if (mood === "consulting") return call?.consult?.since || call?.since || 0;
  if (TALKS.includes(mood)) return call?.connected_at || line.call?.since || agent?.since || 0;
  return line.call?.since ?? agent?.since ?? 0;
}

function untilOf(mood: Mood, { agent, call }: StripInput): number {
  if (mood === "wrap_up") return agent?.wrap_up_until ?? 0;
  return mood === "reconnecting" ? (call?.back_until ?? 0) : 0;
}

function connecting({ agent, call, line, live }: StripInput): boolean {
  if (line.call?.stage === "connecting") return true;
  if (call?.phase === "dialling" || call?.consult) return false;
  const comes = agent?.state === "reserved" || agent?.state === "ringing";
  return line.call?.stage === "talking" && live && comes;
}

function whatEnds(mood: Mood, { agent, call }: StripInput): Strip["ends"] {
  if (mood === "room" || mood === "listening") return mood;
  const acts = consultActs(call, agent?.id ?? "");
  if (mood === "consulting" && acts.back) return "back";
  return mood === "conference" && acts.complete ? "leave" : "call";
}

function buttons(mood: Mood, input: StripInput): Strip["can"] {
  const { agent, call, line } = input;
  const mine = Boolean(agent && call?.agent === agent.id);
  const transfer = input.live && mine && ["talking", "held"].includes(mood) && !connecting(input);
  if (line.call && line.call.stage !== "ending") return { ...ofLine(mood, input), transfer };
  if (agent && isRemote(input)) return { ...ofDesk(mood, input), transfer };
  if (mood === "dialling") return { ...NOTHING, hangUp: call?.direction === "out" };
  return NOTHING;
}

function ofLine(mood: Mood, input: StripInput): Strip["can"] {
  const stage = input.line.call?.stage;
  const up = stage === "talking";
  const ringing = stage === "ringing" && mood !== "reconnecting";
  const hold = up && ["talking", "held", "conference"].includes(mood) && !connecting(input);
  return { ...NOTHING, answer: ringing, reject: ringing, hangUp: !["ringing", "wrap_up"].includes(mood), hold, mute: up, keys: up };
}

/** Of another tab's telephone only the engine's part can be done from here. */
function ofDesk(mood: Mood, { agent, call }: StripInput): Strip["can"] {
  const talks = ["talking", "held", "consulting", "conference"].includes(mood);
  const desk = agent?.device === "desk";
  const ringing = mood === "ringing";
  return {
    ...NOTHING,
    answer: ringing && desk,
    reject: ringing,
    hangUp: talks || mood === "listening" || (mood === "dialling" && call?.direction === "out"),
    hold: desk && (mood === "talking" || mood === "held"),
    mute: desk && talks,
    keys: desk && talks,
  };
}

function outOfStep(input: StripInput): boolean {
  const { agent, call, line, live } = input;
  if (!live || agent?.device !== "web" || line.registration === "elsewhere") return false;
  // On its way up or down: one of the two is told a moment before the other.
  if (connecting(input) || line.call?.stage === "ending") return false;
  // A call that is none of ours, a room, a talk that is listened to, a phone that is being rung again: told as such.
  if (agent.state === "other_call" || agent.room || agent.listens_to || call?.phase === "reconnecting") return false;
  if (call?.phase === "dialling") return false;
  const engineTalks = agent.state === "talking" || agent.state === "held";
  const phoneTalks = line.call?.stage === "talking";
  return engineTalks !== phoneTalks;
}
