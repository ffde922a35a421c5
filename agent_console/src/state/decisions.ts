/** The decisions about a call as a page shows them: typed, in order, the offers of one set together. Pure. */
import type { Tone } from "@/state/looks";
import type { Decision, Pick } from "@/wire/types";

interface Facts {
  QueueEntered: { queue: string; entered_at: number; credit_s?: number; skills?: Record<string, number>; only?: string; only_until?: number };
  WaitForetold: { queue: string; low_s: number; high_s: number; ahead: number };
  NoAgentYet: { queue: string; ahead: number; ready: number; lacking: number; excluded: Record<string, number>; level?: number };
  OfferMade: { offer: string; agent: string; queue: string; pick?: Pick | null };
  OfferFailed: { offer: string; agent: string; reason: string };
  Connected: { agent: string; queue: string; waited_s?: number };
  QueueLeft: { queue: string; reason: string; waited_s: number; why?: string; to?: string };
  RuleApplied: { rule: string; to: string; id: string };
  CallBlocked: { number: string; reason: string };
  MessageBegan: { mailbox: string };
  CallbackAsked: { queue: string; low_s?: number; high_s?: number };
  CallbackTried: { attempt: number; agent: string; first: string; pick?: Pick | null };
  CallbackFailed: { attempt: number; agent: string; reason: string; again_at: number };
  CallbackEnded: { result: string; by?: string };
}

type DecisionKind = keyof Facts;

export type Told = {
  [Kind in DecisionKind]: { seq: number; at: number; kind: Kind; tone: Tone; data: Facts[Kind]; agents: string[] };
}[DecisionKind];

const TONES: Record<DecisionKind, Tone> = {
  QueueEntered: "gone",
  WaitForetold: "gone",
  NoAgentYet: "paused",
  OfferMade: "ringing",
  OfferFailed: "paused",
  Connected: "talking",
  QueueLeft: "gone",
  RuleApplied: "other",
  CallBlocked: "alarm",
  MessageBegan: "wrap",
  CallbackAsked: "wrap",
  CallbackTried: "ringing",
  CallbackFailed: "paused",
  CallbackEnded: "wrap",
};

/** Entries of kinds that decide nothing are left out. `agents`: whom the entry names, of an offer all who rang. */
export function told(decisions: readonly Decision[]): Told[] {
  const rows: Told[] = [];
  for (const one of decisions.filter((decision) => decision.kind in TONES).toSorted((a, b) => a.seq - b.seq)) {
    const row = asTold(one);
    const before = rows.at(-1);
    if (before?.kind === "OfferMade" && row.kind === "OfferMade" && before.data.offer === row.data.offer) {
      before.agents.push(...row.agents);
    } else rows.push(row);
  }
  return rows;
}

function asTold({ seq, at, kind, data }: Decision): Told {
  const agent = typeof data.agent === "string" && data.agent ? [data.agent] : [];
  return { seq, at, kind, tone: TONES[kind as DecisionKind], data, agents: agent } as unknown as Told;
}

/** The pick behind an offer or a callback's try; null where the ledger has none. */
export function pickOf(row: Told): Pick | null {
  return row.kind === "OfferMade" || row.kind === "CallbackTried" ? (row.data.pick ?? null) : null;
}
