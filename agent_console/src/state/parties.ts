/** Who is in a call and what each of them is doing; what can be done with a consult. Pure. */
import type { CallView, PartyView } from "@/wire/types";

type Doing = "talking" | "held" | "ringing" | "waiting" | "listening" | "whispering";

export interface PartyShown {
  /** Stays the same while the party does. */
  key: string;
  kind: "customer" | "agent" | "external" | "supervisor" | "queue";
  /** An agent id, a queue id or a number. */
  who: string;
  doing: Doing;
  since: number;
}

export interface ConsultActs {
  /** Leave customer and target to each other. */
  complete: boolean;
  /** All three hear each other. */
  share: boolean;
  /** Let the target go, be back with the customer. */
  back: boolean;
}

const NO_ACTS: ConsultActs = { complete: false, share: false, back: false };

/** Everybody but `me`; empty for a plain talk of two. */
export function partiesOf(call: CallView | null, me: string): PartyShown[] {
  if (!call || isPair(call)) return [];
  const others = [...consulted(call), ...call.parties.filter((one) => one.who !== me).map(shown)];
  return [customer(call), ...firstAgent(call, me), ...unique(others.filter((one) => one.who !== me))];
}

function isPair(call: CallView): boolean {
  return !call.consult && !call.parties.length && call.phase !== "conference";
}

function customer(call: CallView): PartyShown {
  const held = ["consulting", "held", "reconnecting"].includes(call.phase);
  return { key: "customer", kind: "customer", who: call.caller, doing: held ? "held" : "talking", since: call.connected_at };
}

/** Whoever has the call, seen by somebody who was asked into it. */
function firstAgent(call: CallView, me: string): PartyShown[] {
  if (!call.agent || call.agent === me) return [];
  return [{ key: "agent", kind: "agent", who: call.agent, doing: "talking", since: call.connected_at }];
}

function consulted(call: CallView): PartyShown[] {
  const consult = call.consult;
  if (!consult) return [];
  const who = consult.party || consult.to.id;
  const found = consult.party !== "" || consult.to.kind !== "queue";
  const kind = !found ? "queue" : consult.to.kind === "number" ? "external" : "agent";
  return [{ key: `consult-${who}`, kind, who, doing: consult.state, since: consult.since }];
}

function shown(party: PartyView): PartyShown {
  return { key: party.channel, kind: party.role, who: party.who, doing: doingOf(party), since: party.since };
}

function doingOf(party: PartyView): Doing {
  if (party.state === "ringing") return "ringing";
  if (party.mode === "whisper") return "whispering";
  return party.state === "listening" && party.mode !== "barge" ? "listening" : "talking";
}

/** The target of a consult may be among the parties too. */
function unique(parties: PartyShown[]): PartyShown[] {
  return parties.filter((one, i) => parties.findIndex((other) => other.who === one.who) === i);
}

/** Only whoever has the call decides over a consult. */
export function consultActs(call: CallView | null, me: string): ConsultActs {
  if (!call || !me || call.agent !== me) return NO_ACTS;
  if (call.phase === "conference") return { ...NO_ACTS, complete: call.parties.some(goesOnWithout) };
  if (call.phase !== "consulting") return NO_ACTS;
  const talks = call.consult?.state === "talking";
  return { complete: talks, share: talks, back: true };
}

/** A supervisor who has barged in does not take the call by that. */
function goesOnWithout(party: PartyView): boolean {
  return party.role !== "supervisor" && party.state === "joined";
}
