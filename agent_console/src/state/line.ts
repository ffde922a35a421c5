/** The browser telephone as a state machine: what happened in, what is so out. Pure. */

type Registration = "off" | "starting" | "registered" | "lost" | "refused" | "elsewhere" | "unfit";

type Stage = "ringing" | "dialling" | "connecting" | "talking" | "ending";

export interface PhoneCall {
  id: string;
  direction: "in" | "out";
  stage: Stage;
  number: string;
  /** Seconds since the epoch at which `stage` began. */
  since: number;
  muted: boolean;
  onHold: boolean;
  /** The server asks to take it without asking: a call that comes back, a room, a call out. */
  auto: boolean;
}

/** Why the last call could not be taken: `microphone` refused, `media` not negotiated. */
export type PhoneProblem = "" | "microphone" | "media" | "busy" | "unreachable" | "rejected";

export interface Line {
  registration: Registration;
  call: PhoneCall | null;
  problem: PhoneProblem;
}

export type LineEvent =
  | { kind: "registration"; to: Registration }
  | { kind: "call"; id: string; direction: "in" | "out"; number: string; auto: boolean }
  | { kind: "stage"; id: string; to: Stage }
  | { kind: "muted"; id: string; on: boolean }
  | { kind: "held"; id: string; on: boolean }
  | { kind: "over"; id: string; problem: PhoneProblem };

export const idleLine: Line = { registration: "off", call: null, problem: "" };

/** `now` in seconds. Events of a call that is not the current one change nothing. */
export function lineAfter(line: Line, event: LineEvent, now: number): Line {
  if (event.kind === "registration") return { ...line, registration: event.to };
  if (event.kind === "call") return { ...line, problem: "", call: newCall(event, now) };
  const call = line.call;
  if (!call || call.id !== event.id) return line;
  switch (event.kind) {
    case "stage":
      return { ...line, call: event.to === call.stage ? call : { ...call, stage: event.to, since: now } };
    case "muted":
      return { ...line, call: { ...call, muted: event.on } };
    case "held":
      return { ...line, call: { ...call, onHold: event.on } };
    case "over":
      return { ...line, call: null, problem: event.problem };
  }
}

function newCall(event: Extract<LineEvent, { kind: "call" }>, now: number): PhoneCall {
  return {
    id: event.id,
    direction: event.direction,
    stage: event.direction === "in" ? "ringing" : "dialling",
    number: event.number,
    since: now,
    muted: false,
    onHold: false,
    auto: event.auto,
  };
}
