/** The wall: how many queues fit, which of them are shown now, and sums over all. Pure. */
import type { QueueToday, QueueView } from "@/wire/types";

/** A tile smaller than this cannot be read across a room, in pixels. */
const TILE_WIDTH = 560;
const TILE_HEIGHT = 330;
export const ROTATE_EVERY_S = 12;

/** Columns and rows for so many queues on a screen of this size: the way that leaves the least room empty. */
export function grid(count: number, width: number, height: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.floor(width / TILE_WIDTH));
  const rows = Math.max(1, Math.floor(height / TILE_HEIGHT));
  if (count > columns * rows) return { columns, rows };
  const ways = Array.from({ length: columns }, (_, i) => ({ columns: i + 1, rows: Math.max(1, Math.ceil(count / (i + 1))) }));
  const wasted = (way: { columns: number; rows: number }) => way.columns * way.rows - count;
  const fitting = ways.filter((way) => way.rows <= rows).toSorted((a, b) => wasted(a) - wasted(b) || Math.abs(a.columns - a.rows) - Math.abs(b.columns - b.rows));
  return fitting[0] ?? { columns, rows };
}

/** Which page of `pages` is up at `now`: every screen in the room turns at the same moment. */
export function pageAt(now: number, pages: number): number {
  return pages > 1 ? Math.floor(now / ROTATE_EVERY_S) % pages : 0;
}

export function pagesOf<T>(entries: readonly T[], size: number): T[][] {
  const pages: T[][] = [];
  for (let i = 0; i < entries.length; i += size) pages.push(entries.slice(i, i + size));
  return pages;
}

/** All queues together: callers now, and the day. The longest wait is that of the caller who came first. */
export function together(queues: readonly QueueView[], days: readonly QueueToday[]) {
  const begun = queues.map((queue) => queue.longest_since).filter((at) => at > 0);
  const sum = (pick: (day: QueueToday) => number) => days.reduce((all, day) => all + pick(day), 0);
  const counted = sum((day) => day.offered - day.abandoned_short);
  return {
    waiting: queues.reduce((all, queue) => all + queue.waiting, 0),
    longest_since: begun.length ? Math.min(...begun) : 0,
    offered: sum((day) => day.offered),
    answered: sum((day) => day.answered),
    abandoned: sum((day) => day.abandoned),
    service_level: counted > 0 ? Math.min(1, sum((day) => day.answered_within) / counted) : null,
  };
}
