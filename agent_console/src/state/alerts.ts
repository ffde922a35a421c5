/** Alerts by the rules of the centre, on the live state and today's figures. Pure: `now` is given. */
import type { Alert, Floor } from "@/wire/types";

export interface AlertNow {
  /** The rule and the queue it holds for. */
  key: string;
  rule: string;
  kind: Alert["kind"];
  queue: string;
  /** Seconds, callers, or a share from 0 to 1. `limit` likewise. */
  value: number;
  limit: number;
  /** When the limit was passed, seconds. */
  since: number;
  sound: boolean;
}

/** What must be remembered from one look to the next. */
export interface Watch {
  /** Queues with callers and nobody ready, and since when. */
  unserved: Readonly<Record<string, number>>;
  /** Newest first. */
  alerts: readonly AlertNow[];
  /** Alerts that ended lately: one that comes back is the same one. */
  ended: readonly (AlertNow & { ended_at: number })[];
}

export interface Picture {
  rules: readonly Alert[];
  floor: Floor;
  /** Today's service level by queue, 0 to 1; null or missing while there is none. */
  levels: Readonly<Record<string, number | null>>;
}

/** An alert that comes back within this time goes on: figures that waver do not ring anew. */
const SETTLE_S = 30;

export const nothingWatched: Watch = { unserved: {}, alerts: [], ended: [] };

export function watched(before: Watch, picture: Picture, now: number): Watch {
  const unserved = unservedAfter(before.unserved, picture.floor, now);
  const known = new Map([...before.ended.filter((one) => now - one.ended_at <= SETTLE_S), ...before.alerts].map((one) => [one.key, one]));
  const alerts = picture.rules
    .flatMap((rule) => holding(rule, picture, unserved, now))
    .map((alert) => ({ ...alert, since: known.get(alert.key)?.since ?? alert.since }))
    .toSorted((a, b) => b.since - a.since || a.key.localeCompare(b.key));
  return { unserved, alerts, ended: endedAfter(before, alerts, now) };
}

function endedAfter(before: Watch, alerts: readonly AlertNow[], now: number): Watch["ended"] {
  const there = new Set(alerts.map((one) => one.key));
  const justEnded = before.alerts.filter((one) => !there.has(one.key)).map((one) => ({ ...one, ended_at: now }));
  return [...before.ended.filter((one) => !there.has(one.key) && now - one.ended_at <= SETTLE_S), ...justEnded];
}

/** On the first look the beginning is not known: at the earliest when the first caller came and the last agent changed. */
function unservedAfter(before: Watch["unserved"], floor: Floor, now: number): Record<string, number> {
  const after: Record<string, number> = {};
  for (const queue of Object.values(floor.queues)) {
    if (!queue.waiting || queue.ready) continue;
    after[queue.id] = before[queue.id] ?? Math.min(now, Math.max(queue.longest_since, lastChange(floor, queue.id)));
  }
  return after;
}

function lastChange(floor: Floor, queue: string): number {
  return Math.max(0, ...Object.values(floor.agents).filter((agent) => agent.queues.includes(queue)).map((agent) => agent.since));
}

function holding(rule: Alert, picture: Picture, unserved: Record<string, number>, now: number): AlertNow[] {
  const queues = Object.values(picture.floor.queues).filter((queue) => !rule.queue || queue.id === rule.queue);
  return queues.flatMap((queue) => {
    const found = measured(rule, queue.id, picture, unserved, now);
    if (!found) return [];
    return [{ key: `${rule.id}/${queue.id}`, rule: rule.id, kind: rule.kind, queue: queue.id, sound: rule.sound ?? true, ...found }];
  });
}

function measured(
  rule: Alert, id: string, { floor, levels }: Picture, unserved: Record<string, number>, now: number,
): Pick<AlertNow, "value" | "limit" | "since"> | null {
  const queue = floor.queues[id];
  if (!queue) return null;
  switch (rule.kind) {
    case "longest_wait":
      return over(queue.longest_since, rule.limit, now);
    case "nobody_ready":
      return over(unserved[id] ?? 0, rule.limit, now);
    case "waiting":
      return queue.waiting > rule.limit ? { value: queue.waiting, limit: rule.limit, since: now } : null;
    case "service_level": {
      const level = levels[id] ?? null;
      const limit = rule.limit / 100;
      return level !== null && level < limit ? { value: level, limit, since: now } : null;
    }
  }
}

/** Something has lasted since `since` (0: it does not) longer than `limit` seconds. */
function over(since: number, limit: number, now: number): Pick<AlertNow, "value" | "limit" | "since"> | null {
  return since > 0 && now - since > limit ? { value: now - since, limit, since: since + limit } : null;
}

/** Acknowledged alerts, without those that are over: a new one of the same kind is told again. */
export function stillSeen(seen: readonly string[], watch: Watch): string[] {
  const known = new Set([...watch.alerts, ...watch.ended].map((one) => one.key));
  return seen.filter((key) => known.has(key));
}

/** Alerts nobody has acknowledged yet. */
export const unseen = (watch: Watch, seen: readonly string[]): AlertNow[] => watch.alerts.filter((one) => !seen.includes(one.key));
