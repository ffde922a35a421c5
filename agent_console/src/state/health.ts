/** The parts of the system and whether each works; null where nobody knows. Pure. */
import type { Live } from "@/state/live";
import type { SystemHealth } from "@/wire/types";

export type Part = "page" | "engine" | "telephone" | "database" | "journal";

export interface Check {
  id: Part;
  ok: boolean | null;
}

export function checksOf(health: SystemHealth | null, live: Live): Check[] {
  const linked = live.link === "open";
  const told = linked ? health : null;
  const engine = engineOk(told, live);
  return [
    { id: "page", ok: linked },
    { id: "engine", ok: engine },
    { id: "telephone", ok: !told || !engine || told.asterisk === "unknown" ? null : told.asterisk === "up" },
    { id: "database", ok: told ? told.database === "up" : null },
    { id: "journal", ok: engine ? journalOk(told?.engine) : null },
  ];
}

/** The live link hears of a lost engine at once, the report only when it is asked again. */
function engineOk(health: SystemHealth | null, live: Live): boolean | null {
  if (live.link !== "open") return null;
  if (live.engine === "lost") return false;
  return health ? health.engine_link === "up" : live.engine === "up" || null;
}

/** The journal takes what happens, the store what the journal holds: both must work for nothing to be lost. */
function journalOk(engine: Record<string, unknown> | undefined): boolean | null {
  const states = [stateOf(engine?.journal), stateOf(engine?.store)];
  return states.includes(null) ? null : states.every((state) => state === "ok");
}

function stateOf(report: unknown): string | null {
  return report && typeof report === "object" && "state" in report ? String(report.state) : null;
}
