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
  return [
    { id: "page", ok: linked },
    { id: "engine", ok: health ? health.engine_link === "up" : linked ? live.engine === "up" : null },
    { id: "telephone", ok: !health || health.asterisk === "unknown" ? null : health.asterisk === "up" },
    { id: "database", ok: health ? health.database === "up" : null },
    { id: "journal", ok: journalOk(health?.engine) },
  ];
}

function journalOk(engine: Record<string, unknown> | undefined): boolean | null {
  const status = engine?.journal;
  if (typeof status === "string") return status === "ok";
  if (status && typeof status === "object" && "ok" in status) return Boolean(status.ok);
  if (status && typeof status === "object" && "problem" in status) return !status.problem;
  return null;
}
