/** What the page knows of live state, and what a message makes of it. Pure. */
import type { AgentView, CallView, Floor, PageMessage, Pop } from "@/wire/types";

export interface Live {
  link: "connecting" | "open" | "lost";
  engine: "unknown" | "up" | "lost";
  /** When the picture ceased to be live (seconds); 0 while it is. */
  lost_at: number;
  floor: Floor | null;
  pops: Readonly<Record<string, Pop>>;
  /** Calls that left the floor, as last seen: wrap-up still needs them. Newest last. */
  past: readonly CallView[];
  /** Calls whose record became readable since the page was opened. Newest last. */
  stored: readonly string[];
}

const KEPT = 20;

export const nothingKnown: Live = {
  link: "connecting",
  engine: "unknown",
  lost_at: 0,
  floor: null,
  pops: {},
  past: [],
  stored: [],
};

export function isLive(live: Live): boolean {
  return live.link === "open" && live.engine === "up" && live.floor !== null;
}

export function linkOpened(live: Live): Live {
  return { ...live, link: "open" };
}

/** Figures stay on the page, marked as no longer live. */
export function linkLost(live: Live, now: number): Live {
  return { ...live, link: "lost", engine: "unknown", lost_at: live.lost_at || now };
}

export function received(live: Live, message: PageMessage): Live {
  switch (message.type) {
    case "snapshot":
      return {
        ...live,
        engine: "up",
        lost_at: 0,
        floor: message.floor,
        pops: byInteraction(message.pops),
        past: withGone(live.past, goneCalls(live.floor, message.floor.calls)),
      };
    case "delta":
      return live.floor ? { ...live, ...changed(live, live.floor, message) } : live;
    case "pop":
      return { ...live, pops: withPop(live.pops, message.pop) };
    case "engine":
      return message.state === "lost"
        ? { ...live, engine: "lost", lost_at: message.since }
        : { ...live, engine: live.engine === "lost" ? "unknown" : live.engine };
    case "beat":
      return live;
    case "call_stored":
      return { ...live, stored: [...live.stored, message.id].slice(-KEPT) };
  }
}

type Delta = Extract<PageMessage, { type: "delta" }>;

function changed(live: Live, floor: Floor, delta: Delta): Pick<Live, "floor" | "past"> {
  const calls = merged(floor.calls, delta.calls);
  return {
    floor: {
      seq: Math.max(floor.seq, delta.seq),
      system: delta.system ?? floor.system,
      agents: merged(floor.agents, delta.agents),
      calls,
      queues: merged(floor.queues, delta.queues),
      callbacks: merged(floor.callbacks, delta.callbacks),
      rooms: merged(floor.rooms, delta.rooms),
      notices: merged(floor.notices, delta.notices),
      mismatches: merged(floor.mismatches, delta.mismatches),
    },
    past: withGone(live.past, goneCalls(floor, calls)),
  };
}

/** `views` is missing from a server older than this page. */
function merged<View>(views: Record<string, View> | undefined, changes?: Record<string, View | null>): Record<string, View> {
  if (!changes) return views ?? {};
  const after = { ...views };
  for (const [key, view] of Object.entries(changes)) {
    if (view === null) delete after[key];
    else after[key] = view;
  }
  return after;
}

function goneCalls(before: Floor | null, after: Record<string, CallView>): CallView[] {
  return Object.values(before?.calls ?? {}).filter((call) => !(call.id in after));
}

function withGone(past: readonly CallView[], gone: CallView[]): readonly CallView[] {
  if (!gone.length) return past;
  const ids = new Set(gone.map((call) => call.id));
  return [...past.filter((call) => !ids.has(call.id)), ...gone].slice(-KEPT);
}

/** A page stays open for a whole day: only the newest are kept. */
function withPop(pops: Live["pops"], pop: Pop): Live["pops"] {
  const others = Object.values(pops).filter((one) => one.interaction !== pop.interaction);
  return byInteraction([...others, pop].slice(-KEPT));
}

function byInteraction(pops: readonly Pop[]): Record<string, Pop> {
  return Object.fromEntries(pops.map((pop) => [pop.interaction, pop]));
}

/** The call an agent has in hand (ringing, talking, wrap-up); null when there is none. */
export function callOf(live: Live, agent: AgentView | null): CallView | null {
  if (!agent?.interaction) return null;
  const id = agent.interaction;
  return live.floor?.calls[id] ?? live.past.find((call) => call.id === id) ?? null;
}
