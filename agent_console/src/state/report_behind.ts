/** A report's tables, those of the period it is compared with among them, and what is behind their figures. Pure. */
import { type Days, periodAsked } from "@/state/report_period";
import { type Row, rowNarrows } from "@/state/report_table";
import type { ReportAnswer, ReportColumn, ReportPeriod, ReportSheet } from "@/wire/types";

type Question = Record<string, string | number | boolean | undefined>;

/** `answer`: as if it had been asked for the period of the table alone, when that is the earlier one. */
export interface Shown {
  sheet: ReportSheet;
  earlier: boolean;
  answer: ReportAnswer;
}

/** What calls or times are asked for by; `within`: from when to when, its end not included. */
export interface Behind {
  question: Question;
  within: { from_at: number; to_at: number };
  earlier: boolean;
}

/** How files call the tables of the earlier period, and the address. */
const BEFORE = "_before";
export const tableName = (id: string, earlier: boolean) => (earlier ? `${id}${BEFORE}` : id);
export const presentName = (table: string) => (table.endsWith(BEFORE) ? table.slice(0, -BEFORE.length) : table);

/** What may be asked for; the earlier period has the same tables. */
export function tableNames(answer: ReportAnswer, compared: boolean): string[] {
  return [false, ...(compared ? [true] : [])].flatMap((earlier) => answer.sheets.map((one) => tableName(one.id, earlier)));
}

/** The table of that name, or the first. */
export function shownTable(answer: ReportAnswer, table: string): Shown | undefined {
  const earlier = answer.before_sheets.find((one) => tableName(one.id, true) === table);
  if (earlier && answer.before) return { sheet: earlier, earlier: true, answer: { ...answer, period: answer.before, sheets: answer.before_sheets, before: null, before_sheets: [] } };
  const sheet = answer.sheets.find((one) => one.id === presentName(table)) ?? answer.sheets[0];
  return sheet && { sheet, earlier: false, answer };
}

/** Of a figure of the whole period, or of one in a row of a table. */
export function behindFigure(asked: Question, period: ReportPeriod, earlier: boolean, column: ReportColumn, at?: { sheet: ReportSheet; row: Row }): Behind {
  const [from, to]: Days = periodAsked(period, period.zone);
  const ends_at = at ? stepEnd(at.sheet, at.row, period) : null;
  const narrows = at ? rowNarrows(at.sheet, at.row, ends_at) : {};
  const within = { from_at: Number(narrows.begins_at ?? period.from_at), to_at: ends_at ?? period.to_at };
  return { question: { ...asked, from, to, ...narrows, figure: column.drill || column.time }, within, earlier };
}

/** Where the step of a row over time ends: where the next one begins. */
function stepEnd(sheet: ReportSheet, row: Row, period: ReportPeriod): number | null {
  const place = sheet.columns.findIndex((column) => column.id === "from_at");
  if (place < 0) return null;
  const later = (sheet.rows as Row[]).map((one) => Number(one[place])).filter((begins) => begins > Number(row[place]));
  return later.length ? Math.min(...later) : period.to_at;
}
