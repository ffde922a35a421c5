/** Trunks: how their state is told, and what is wrong with one before it is sent. Pure. */
import type { Tone } from "@/state/looks";
import type { Trunk, TrunkEdit } from "@/wire/admin";

export type TrunkState = "registered" | "reachable" | "trying" | "unregistered" | "rejected" | "unreachable" | "unknown";

const TOLD: Record<string, TrunkState> = {
  registered: "registered",
  reachable: "reachable",
  avail: "reachable",
  available: "reachable",
  online: "reachable",
  nonqual: "unknown",
  nonqualified: "unknown",
  trying: "trying",
  registering: "trying",
  unregistered: "unregistered",
  not_registered: "unregistered",
  stopped: "unregistered",
  rejected: "rejected",
  refused: "rejected",
  failed: "rejected",
  unreachable: "unreachable",
  unavail: "unreachable",
  unavailable: "unreachable",
  offline: "unreachable",
};

export const trunkState = (trunk: Pick<Trunk, "state">): TrunkState => TOLD[trunk.state.toLowerCase()] ?? "unknown";

const TONES: Record<TrunkState, Tone> = {
  registered: "ready",
  reachable: "ready",
  trying: "ringing",
  unregistered: "paused",
  rejected: "alarm",
  unreachable: "alarm",
  unknown: "gone",
};
export const trunkTone = (state: TrunkState): Tone => TONES[state];

export const NEW_TRUNK: TrunkEdit = { host: "", port: 5060, transport: "udp", username: "", register: true, match: [], caller_number: "" };

/** What is kept of a trunk when it is edited; the password is never told, so an empty one is left out. */
export function editOf(trunk: Trunk): TrunkEdit {
  const { host, port, transport, username, register, match, caller_number } = trunk;
  return { host, port, transport, username, register, match: [...match], caller_number };
}

export function sent(form: TrunkEdit & { password?: string }): TrunkEdit {
  const { password, ...rest } = form;
  return password ? { ...rest, password } : rest;
}

export function trunkNameProblem(name: string, trunks: readonly Trunk[]): "" | "form" | "taken" {
  if (!/^[a-z][a-z0-9_-]{0,31}$/.test(name)) return "form";
  return trunks.some((trunk) => trunk.name === name) ? "taken" : "";
}

export const isNumber = (typed: string): boolean => /^\+?[0-9]{3,20}$/.test(typed.replace(/[\s-]/g, ""));

export type TestOutcome = "answered" | "rang" | "busy" | "refused" | "unknown_number" | "unreachable" | "failed";

/** What a test call's result means; the provider's own cause is shown beside it. */
export function outcomeOf(result: string): TestOutcome {
  const word = result.toLowerCase();
  if (word === "answer" || word === "answered") return "answered";
  if (word === "noanswer" || word === "no_answer" || word === "rang") return "rang";
  if (word === "busy" || word === "unknown_number") return word;
  if (["rejected", "refused", "congestion"].includes(word)) return "refused";
  return ["unreachable", "chanunavail", "timeout"].includes(word) ? "unreachable" : "failed";
}
