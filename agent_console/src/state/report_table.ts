/** A report's tables: sorted, filtered, and their cells in words. Pure. */
import { clock, percent } from "@/state/durations";
import type { ReportColumn, ReportKind, ReportSheet } from "@/wire/types";

export type Cell = string | number | null;
export type Row = Cell[];

const NUMBERS: ReportKind[] = ["count", "seconds", "share", "mean"];
export const isNumber = (kind: ReportKind): boolean => NUMBERS.includes(kind);

/** A step's beginning by its length, or a moment, in the centre's zone. */
export function momentIn(at: number, zone: string, locale: string, grain: string): string {
  const date = new Date(at * 1000);
  const day = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const time = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  if (grain === "year") return date.toLocaleDateString(locale, { timeZone: zone, year: "numeric" });
  if (grain === "month") return date.toLocaleDateString(locale, { timeZone: zone, year: "numeric", month: "short" });
  if (grain === "day" || grain === "week") return date.toLocaleDateString(locale, { ...day, weekday: "short" });
  return `${date.toLocaleDateString(locale, { timeZone: zone, month: "2-digit", day: "2-digit" })} ${date.toLocaleTimeString(locale, time)}`;
}

/** The days of a period, or its minutes where it is not of whole days; its end is not included. */
export function daysTold({ from_at, to_at }: { from_at: number; to_at: number }, zone: string): string {
  const at = (moment: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(new Date(moment * 1000));
  const [begins, ends] = [at(from_at), at(to_at)];
  if (!begins.endsWith("00:00") || !ends.endsWith("00:00")) return `${begins} – ${ends}`;
  const [first, last] = [begins.slice(0, 10), at(to_at - 60).slice(0, 10)];
  return first === last ? first : `${first} – ${last}`;
}

/** Without the names that only the centre knows. */
export function toldCell(cell: Cell, kind: ReportKind): string {
  if (cell === null || cell === "") return "–";
  if (typeof cell === "string") return cell;
  if (kind === "seconds") return clock(cell);
  if (kind === "share") return percent(cell, 1);
  if (kind === "mean") return cell.toFixed(2);
  return cell.toLocaleString("en-US").replaceAll(",", "\u202F");
}

/** Empty cells stand last, whichever way it is sorted. */
export function sorted(rows: readonly Row[], at: number, descending: boolean): Row[] {
  const way = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [a[at] ?? null, b[at] ?? null];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (typeof one === "number" && typeof other === "number") return way * (one - other);
    return way * String(one).localeCompare(String(other));
  });
}

/** Rows some word of which holds the text; `told` gives the words as they are shown. */
export function filtered(rows: readonly Row[], columns: readonly ReportColumn[], text: string, told: (cell: Cell, column: ReportColumn) => string): Row[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...rows];
  return rows.filter((row) => columns.some((column, i) => told(row[i] ?? null, column).toLowerCase().includes(wanted)));
}

/** By how much of itself a figure changed, a share by how much of the whole; null: there is nothing to compare with. */
export function change(value: Cell, before: Cell, kind: ReportKind = "count"): number | null {
  if (typeof value !== "number" || typeof before !== "number") return null;
  if (kind === "share") return value - before;
  return before !== 0 ? (value - before) / before : null;
}

/** How the server is asked for calls that have no such queue, agent, disposition, … */
const NONE = "-";

/** What narrows the calls behind a figure to this row. */
export function rowNarrows(sheet: ReportSheet, row: Row, ends_at: number | null): Record<string, string | number> {
  const told: Record<string, string | number> = {};
  const names: Record<string, string> = { queue: "queues", agent: "agents", number: "numbers", disposition: "dispositions", direction: "direction", survey: "survey", question: "question", key: "key", card: "card", flow: "flow", version: "version", result: "result", path: "path", begin: "begin", end: "end", region: "region", from_s: "waited_from_s", to_s: "waited_to_s", weekday: "weekday", hour: "hour", pause_reason: "pause_reason" };
  sheet.columns.forEach((column, i) => {
    const [name, cell] = [names[column.id], row[i]];
    if (name && cell !== null && cell !== undefined) told[name] = cell === "" ? NONE : cell;
    if (column.id === "from_at" && typeof cell === "number" && ends_at !== null) Object.assign(told, { begins_at: cell, ends_at });
  });
  return told;
}

/** The columns that are shown, each with its place in the rows. The first one names the row: it always stays. */
export function shownColumns(columns: readonly ReportColumn[], hidden: ReadonlySet<string>): { column: ReportColumn; at: number }[] {
  return columns.map((column, at) => ({ column, at })).filter(({ column, at }) => at === 0 || !hidden.has(column.id));
}
