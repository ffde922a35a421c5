/** What a supervisor can do with an agent now, and why not: each act is possible ("") or has a word for its obstacle. Pure. */
import type { AgentView, CallView } from "@/wire/types";

export type Act = "listen" | "whisper" | "barge" | "take_over" | "ready" | "paused" | "signed_out" | "hang_up" | "message";

/** Each has a sentence in the floor's texts. */
export type Obstacle =
  | ""
  | "forbidden"
  | "not_live"
  | "oneself"
  | "no_talk"
  | "reconnecting"
  | "customer_held"
  | "consulting"
  | "no_phone"
  | "phone_off"
  | "phone_gone"
  | "own_call"
  | "not_listening"
  | "is_ready"
  | "is_paused"
  | "is_off";

export interface Standing {
  agent: AgentView;
  /** The talk the agent is in. */
  talk: CallView | null;
  /** The supervisor's own entry among the agents; null without one. */
  own: AgentView | null;
  live: boolean;
  /** Whether the account's role and its scope reach this agent. */
  may: (right: "listen" | "take_over" | "force_agents" | "force_calls" | "notify_agents") => boolean;
}

const RIGHTS = {
  listen: "listen",
  whisper: "listen",
  barge: "listen",
  take_over: "take_over",
  ready: "force_agents",
  paused: "force_agents",
  signed_out: "force_agents",
  hang_up: "force_calls",
  message: "notify_agents",
} as const;

export function obstacle(act: Act, standing: Standing): Obstacle {
  if (!standing.may(RIGHTS[act])) return "forbidden";
  if (!standing.live) return "not_live";
  return OBSTACLES[act](standing);
}

const OBSTACLES: Record<Act, (standing: Standing) => Obstacle> = {
  listen: toListen,
  whisper: toListen,
  barge: toBarge,
  take_over: toTakeOver,
  ready: ({ agent }) => forced(agent, "ready", "is_ready"),
  paused: ({ agent }) => forced(agent, "paused", "is_paused"),
  signed_out: ({ agent }) => (agent.intent === "signed_out" ? "is_off" : ""),
  hang_up: ({ talk }) => (talk ? "" : "no_talk"),
  message: () => "",
};

function forced(agent: AgentView, to: AgentView["intent"], already: Obstacle): Obstacle {
  if (agent.intent === "signed_out") return "is_off";
  return agent.intent === to && agent.state !== "backing_off" ? already : "";
}

export const listensTo = ({ agent, own }: Pick<Standing, "agent" | "own">): boolean => own !== null && own.listens_to === agent.id;

function toListen(standing: Standing): Obstacle {
  const { agent, talk, own } = standing;
  if (own?.id === agent.id) return "oneself";
  if (!talk) return "no_talk";
  if (listensTo(standing)) return "";
  if (talk.phase === "reconnecting") return "reconnecting";
  return ownPhone(own);
}

/** Everybody must be able to hear it: not while the customer has music. */
function toBarge(standing: Standing): Obstacle {
  const obstacle = toListen(standing);
  if (obstacle) return obstacle;
  return standing.talk?.phase === "talking" || standing.talk?.phase === "conference" ? "" : "customer_held";
}

function toTakeOver(standing: Standing): Obstacle {
  if (!listensTo(standing)) return "not_listening";
  return standing.talk?.phase === "consulting" ? "consulting" : "";
}

/** Listening rings the supervisor's own phone: it must be signed in, within reach and free. */
export function ownPhone(own: AgentView | null): Obstacle {
  if (!own) return "no_phone";
  if (own.intent === "signed_out") return "phone_off";
  if (!own.reachable) return "phone_gone";
  const busy = own.interaction !== "" && own.state !== "wrap_up" && !own.listens_to;
  return busy || own.state === "other_call" ? "own_call" : "";
}
