/** The stretches behind a figure of agents' time. Pure. */
import { place } from "@/state/report_charts";
import type { Row } from "@/state/report_table";
import type { CountedStretch, ReportAnswer, ReportSheet } from "@/wire/types";

export type Side = CountedStretch["side"];

/** What the stretches of a side add up to, in seconds; those that are taken away taken away. */
export function sumOf(stretches: readonly CountedStretch[], side: Side): number {
  const whole_ms = stretches.filter((one) => one.side === side).reduce((sum, one) => sum + one.sign * Math.round(one.length_s * 1000), 0);
  return whole_ms / 1000;
}

/** A moment of the centre's clock to the second, with its day where more than one is shown. */
export function secondIn(at: number, zone: string, locale: string, withDay: boolean): string {
  const date = new Date(at * 1000);
  const time = date.toLocaleTimeString(locale, { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return withDay ? `${date.toLocaleDateString(locale, { timeZone: zone, month: "2-digit", day: "2-digit" })} ${time}` : time;
}

/** The rows that have a part between the two moments, cut to them; what goes on ends nowhere. */
function cut(sheet: ReportSheet, from_at: number, to_at: number): ReportSheet {
  const [began, ended] = [place(sheet, "began_at"), place(sheet, "ended_at")];
  const within = (sheet.rows as Row[]).filter((row) => Number(row[began]) < to_at && (row[ended] === null || Number(row[ended]) > from_at));
  const rows = within.map((row) => row.map((cell, at) => (at === began ? Math.max(from_at, Number(cell)) : at === ended && cell !== null ? Math.min(to_at, Number(cell)) : cell)));
  return { ...sheet, rows };
}

/** The agents' timeline of exactly that time, out of that of whole days. */
export function timelineOf(answer: ReportAnswer, from_at: number, to_at: number): ReportAnswer {
  return { ...answer, period: { ...answer.period, from_at, to_at }, sheets: answer.sheets.map((sheet) => cut(sheet, from_at, to_at)) };
}
