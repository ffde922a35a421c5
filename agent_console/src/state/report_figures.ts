/** Which figures of a report stand above its chart at once: those people open it for. Pure. */
import type { ReportTile } from "@/wire/types";

const MOST = 8;
const LEADING = new Set([
  "offered", "answered", "answer_rate", "service_level", "abandon_rate", "asa_s", "aht_s", "csat", // a queue
  "signed_in_s", "ready_s", "paused_s", "occupancy", "adherence", "handled", "missed", // an agent
  "calls", "calls_answered", "entered_flow", "containment", "fcr", "repeat_rate", "mean_score", "response_rate",
]);

/** Where nothing is planned they would only take a place. */
const PLANNED = new Set(["adherence"]);

/** In the report's own order. A report of few figures shows them all, and one without any of these its first. */
export function leading(tiles: readonly ReportTile[]): readonly ReportTile[] {
  if (tiles.length <= MOST) return tiles;
  const found = tiles.filter((tile) => LEADING.has(tile.column.figure) && !(PLANNED.has(tile.column.figure) && tile.value === null));
  return (found.length ? found : tiles).slice(0, MOST);
}
