/** What calls were about, beside whom they reached, whom they came from, or when: bars in layers, one a disposition. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import { axis, BARS_OF_CAUSES, base, counts, type Drawing, place } from "@/state/report_charts";
import type { Cell, Row } from "@/state/report_table";
import type { ReportSheet } from "@/wire/types";

/** Of the most frequent dispositions; the rest is one layer. */
const COLORS = ["--talking-solid", "--ready-solid", "--paused-solid", "--wrap-solid", "--other-solid", "--ringing-solid", "--alarm-solid"];
/** Of more bars than these those with the most talks are drawn; the table below has all. */
const MOST_BARS = 15;

/** Which column a bar is of. */
const barOf = (sheet: ReportSheet): string => BARS_OF_CAUSES.find((one) => place(sheet, one) >= 0) ?? "";
/** How many bars lie below one another; 0: they stand. */
export function lyingBars(sheet: ReportSheet): number {
  if (barOf(sheet) === "hour") return 0;
  return Math.min(MOST_BARS, new Set((sheet.rows as Row[]).map((row) => row[place(sheet, barOf(sheet))])).size);
}

type Tally = Map<Cell, number>;
const add = (tally: Tally, key: Cell, count: number) => tally.set(key, (tally.get(key) ?? 0) + count);
const key = (where: Cell, what: Cell) => JSON.stringify([where, what]);
const mostFirst = (tally: Tally) => [...tally].toSorted((a, b) => b[1] - a[1]).map(([key]) => key);

/** `words`: for the dispositions that are left, and for none. Hours stand in the order of the day. */
export function causes(sheet: ReportSheet, draw: Drawing, words: { others: string; noDisposition: string }): EChartsCoreOption {
  const of = barOf(sheet);
  const [bar, disposition, handled] = [of, "disposition", "handled"].map((column) => place(sheet, column)) as [number, number, number];
  const [bars, kinds, cells]: Tally[] = [new Map(), new Map(), new Map()];
  for (const row of sheet.rows as Row[]) {
    const [where, what, count] = [row[bar] ?? "", row[disposition] ?? "", Number(row[handled])];
    add(bars!, where, count);
    add(kinds!, what, count);
    add(cells!, key(where, what), count);
  }
  const lying = of !== "hour";
  const shown = lying ? mostFirst(bars!).slice(0, MOST_BARS) : [...bars!.keys()].toSorted((a, b) => Number(a) - Number(b));
  const all = mostFirst(kinds!);
  const layer = (name: string, color: string, which: Cell[]) => ({
    type: "bar",
    stack: "all",
    name,
    barMaxWidth: 34,
    color: draw.color(color),
    data: shown.map((where) => which.reduce<number>((sum, what) => sum + (cells!.get(key(where, what)) ?? 0), 0)),
  });
  const series = all.slice(0, COLORS.length).map((what, i) => layer(what === "" ? words.noDisposition : draw.told(what, "disposition"), COLORS[i]!, [what]));
  if (all.length > COLORS.length) series.push(layer(words.others, "--gone-solid", all.slice(COLORS.length)));
  const names = axis(draw, { type: "category", inverse: lying, data: shown.map((where) => (lying ? draw.told(where, of) : `${where}:00`)) });
  return { ...base(draw, series.map((one) => one.name)), xAxis: lying ? counts(draw) : names, yAxis: lying ? names : counts(draw), series };
}
