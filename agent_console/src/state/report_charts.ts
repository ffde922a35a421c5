/** Which charts a report's table has, and how each is drawn. Pure: colours and words are arguments. */
import type { EChartsCoreOption } from "echarts/core";
import { clock } from "@/state/durations";
import { agentTone } from "@/state/looks";
import type { Cell, Row } from "@/state/report_table";
import type { AgentState, ReportSheet } from "@/wire/types";

export type Chart = "causes" | "curve" | "exits" | "waits" | "times" | "timeline";

/** `color` gives a token of the page (`--ink`); `name` a column's name; `told` a cell of a column in words. */
export interface Drawing {
  color: (token: string) => string;
  name: (column: string) => string;
  told: (cell: Cell, column: string) => string;
  before: (name: string) => string;
  target: (share: string) => string;
  state: (state: string) => string;
  lasting: Record<"hours" | "minutes" | "seconds", (count: number) => string>;
}

/** Where a caller's way out of a queue is told, in the order of the stack, and its colour. */
const EXITS: Record<string, string> = {
  answered: "--talking-solid",
  abandoned: "--alarm-solid",
  overflow: "--other-solid",
  voicemail: "--wrap-solid",
  callback: "--ready-solid",
  timeout: "--paused-solid",
  system: "--ink-3",
  waiting: "--ringing-solid",
};
const TIMES: Record<string, string> = {
  ready_s: "--ready-solid",
  ringing_s: "--ringing-solid",
  talking_s: "--talking-solid",
  held_s: "--held-solid",
  wrapping_s: "--wrap-solid",
  paused_s: "--paused-solid",
  other_call_s: "--other-solid",
  off_duty_s: "--gone-solid",
  unreachable_s: "--alarm-solid",
};
const HOUR_S = 3600;
const SPAN = "signed_in";

export const place = (sheet: ReportSheet, column: string) => sheet.columns.findIndex((one) => one.id === column);
const has = (sheet: ReportSheet, ...columns: string[]) => columns.every((column) => place(sheet, column) >= 0);
const values = (sheet: ReportSheet, column: string) => (sheet.rows as Row[]).map((row) => row[place(sheet, column)] ?? null);

/** What the bars of causes may be of. */
export const BARS_OF_CAUSES = ["agent", "number", "region", "hour"];

export function chartsOf(sheet: ReportSheet): Chart[] {
  if (!sheet.rows.length) return [];
  if (sheet.id === "states") return ["timeline"];
  if (sheet.id === "waits") return ["waits"];
  if (has(sheet, "from_at", "offered", "answered", "abandoned")) return ["curve", "exits"];
  if (has(sheet, "queue", "offered", "answered", "abandoned")) return ["exits"];
  if (has(sheet, "disposition", "handled") && BARS_OF_CAUSES.some((one) => has(sheet, one))) return ["causes"];
  return has(sheet, "agent", "talking_s", "ready_s") ? ["times"] : [];
}

/** What every chart has: the page's letters, a legend that scrolls, a pointer that tells all of a place. */
export function base(draw: Drawing, names: string[]): EChartsCoreOption {
  const ink = draw.color("--ink-2");
  return {
    animation: false,
    textStyle: { fontFamily: draw.color("--font"), color: ink },
    legend: { data: names, type: "scroll", top: 0, left: 8, right: 8, icon: "roundRect", itemWidth: 14, itemHeight: 8, textStyle: { color: ink }, pageTextStyle: { color: ink }, pageIconColor: ink, pageIconInactiveColor: draw.color("--line-strong") },
    tooltip: { trigger: "axis", confine: true, backgroundColor: draw.color("--raised"), borderColor: draw.color("--line-strong"), textStyle: { color: draw.color("--ink"), fontSize: 12 } },
    grid: { left: 12, right: 16, top: 40, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
  };
}
export const axis = (draw: Drawing, more: object = {}) => ({
  axisLabel: { color: draw.color("--ink-3"), fontSize: 11, hideOverlap: true },
  axisLine: { lineStyle: { color: draw.color("--line-strong") } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: draw.color("--line") } },
  ...more,
});
export const counts = (draw: Drawing, more: object = {}) => axis(draw, { type: "value", minInterval: 1, ...more });

/** Where targets are named, so that near ones do not cover each other. */
const PLACES = ["insideEndTop", "insideStartTop", "insideMiddleTop"];

/** Nothing for steps that begin after `until`: what is still to come is no nought. */
const sofar = (sheet: ReportSheet, column: string, until: number) =>
  values(sheet, column).map((value, i) => (Number(values(sheet, "from_at")[i]) > until ? null : value));

/**
 * Offered, answered and abandoned by step; at the right the service level, with its targets (shares). `until`: the
 * moment the report was read.
 */
export function curve(sheet: ReportSheet, before: ReportSheet | undefined, targets: number[], draw: Drawing, until: number): EChartsCoreOption {
  const line = (column: string, color: string, more: object = {}) => ({ type: "line", name: draw.name(column), data: sofar(sheet, column, until), symbol: "none", lineStyle: { width: 2 }, color: draw.color(color), ...more });
  const share = (value: unknown) => (typeof value === "number" ? draw.told(value, "service_level") : "–");
  const level = {
    ...line("service_level", "--ready-solid", { yAxisIndex: 1, symbol: "circle", symbolSize: 5, tooltip: { valueFormatter: share } }),
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { type: "dashed", color: draw.color("--ready-solid"), opacity: 0.7 },
      label: { color: draw.color("--ready"), formatter: ({ value }: { value: number }) => draw.target(draw.told(value, "service_level")) },
      data: targets.map((target, i) => ({ yAxis: target, label: { position: PLACES[i % PLACES.length] } })),
    },
  };
  const series = [
    line("offered", "--gone-solid", { areaStyle: { opacity: 0.12 } }),
    line("answered", "--talking-solid"),
    line("abandoned", "--alarm-solid"),
    ...(has(sheet, "service_level") ? [level] : []),
    ...(before ? [{ ...line("offered", "--gone-solid"), name: draw.before(draw.name("offered")), data: values(before, "offered"), lineStyle: { width: 1.5, type: "dotted" } }] : []),
  ];
  return {
    ...base(draw, series.map((one) => one.name)),
    xAxis: axis(draw, { type: "category", data: values(sheet, "from_at").map((at) => draw.told(at, "from_at")) }),
    yAxis: [counts(draw), axis(draw, { type: "value", min: 0, max: 1, interval: 0.25, splitLine: { show: false }, axisLabel: { color: draw.color("--ink-3"), fontSize: 11, formatter: (value: number) => `${Math.round(value * 100)}%` } })],
    series,
  };
}

/** The greatest unit of which the longest bar has at least two. */
const UNITS = [["hours", HOUR_S], ["minutes", 60], ["seconds", 1]] as const;
function unitOf(longest_s: number): (typeof UNITS)[number] {
  return UNITS.find(([, length_s]) => longest_s >= 2 * length_s) ?? UNITS[2];
}

/** Bars in layers: of each row what its columns add up to; seconds are drawn in a unit that suits the longest. Columns that are nought everywhere are left out. */
function layers(sheet: ReportSheet, of: string, colors: Record<string, string>, draw: Drawing, kind: "count" | "seconds"): EChartsCoreOption {
  const shown = Object.keys(colors).filter((column) => values(sheet, column).some((value) => Number(value) > 0));
  const lying = of !== "from_at" && of !== "from_s";
  const rows = values(sheet, of).map((cell) => draw.told(cell, of));
  const longest = Math.max(0, ...rows.map((_, row) => shown.reduce((sum, column) => sum + Number(values(sheet, column)[row] ?? 0), 0)));
  const [unit, length_s] = kind === "seconds" ? unitOf(longest) : (["seconds", 1] as const);
  const drawn = (column: string) => values(sheet, column).map((cell) => (typeof cell === "number" ? cell / length_s : null));
  const lasting = (value: unknown) => clock(Number(value) * length_s);
  const series = shown.map((column) => ({ type: "bar", stack: "all", name: draw.name(column), data: drawn(column), color: draw.color(colors[column] ?? "--gone-solid"), barMaxWidth: 34, ...(kind === "seconds" ? { tooltip: { valueFormatter: lasting } } : {}) }));
  const names = axis(draw, { type: "category", data: rows, inverse: lying });
  const most = kind === "count" ? counts(draw) : axis(draw, { type: "value", axisLabel: { color: draw.color("--ink-3"), fontSize: 11, hideOverlap: true, formatter: draw.lasting[unit] } });
  return { ...base(draw, series.map((one) => one.name)), xAxis: lying ? most : names, yAxis: lying ? names : most, series };
}
export const exits = (sheet: ReportSheet, draw: Drawing) => layers(sheet, has(sheet, "from_at") ? "from_at" : "queue", EXITS, draw, "count");
export const times = (sheet: ReportSheet, draw: Drawing) => layers(sheet, "agent", TIMES, draw, "seconds");
export const waits = (sheet: ReportSheet, draw: Drawing) => layers(sheet, "from_s", { answered: "--talking-solid", abandoned: "--alarm-solid" }, draw, "count");

/** Arrivals by weekday (Monday first) and hour: [weekday][hour]. */
export function arrivals(sheet: ReportSheet): number[][] {
  const counts = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  const [weekday, hour, offered] = ["weekday", "hour", "offered"].map((column) => place(sheet, column)) as [number, number, number];
  for (const row of sheet.rows as Row[]) {
    const day = counts[Number(row[weekday])];
    if (day) day[Number(row[hour])] = Number(row[offered]);
  }
  return counts;
}

/** The more callers came, the darker the field; in a field of at least one stands how many. A point is [hour, weekday, count]. */
export function heat(counts: number[][], weekdays: readonly string[], told: (weekday: number, hour: number, count: number) => string, draw: Drawing): EChartsCoreOption {
  const most = Math.max(1, ...counts.flat());
  const data = counts.flatMap((day, weekday) => day.map((count, hour) => [hour, weekday, count]));
  const names = (all: readonly (string | number)[], more: object = {}) => axis(draw, { type: "category", data: all, splitArea: { show: false }, axisLine: { show: false }, ...more });
  return {
    animation: false,
    textStyle: { fontFamily: draw.color("--font") },
    tooltip: { confine: true, backgroundColor: draw.color("--raised"), borderColor: draw.color("--line-strong"), textStyle: { color: draw.color("--ink"), fontSize: 12 }, formatter: ({ value }: { value: [number, number, number] }) => told(value[1], value[0], value[2]) },
    grid: { left: 12, right: 16, top: 8, bottom: 50, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    visualMap: { type: "continuous", min: 0, max: most, calculable: true, orient: "horizontal", left: "center", bottom: 4, itemWidth: 12, itemHeight: 180, precision: 0, textStyle: { color: draw.color("--ink-3"), fontSize: 11 }, inRange: { color: [draw.color("--sunken"), draw.color("--talking-solid")] } },
    xAxis: names(counts[0]?.map((_, hour) => hour) ?? [], { axisLabel: { color: draw.color("--ink-3"), fontSize: 11, interval: 0 } }),
    yAxis: names(weekdays, { inverse: true, axisLabel: { color: draw.color("--ink-2"), fontSize: 12 } }),
    series: [
      {
        type: "heatmap",
        data,
        label: { show: true, fontSize: 11, formatter: ({ value }: { value: [number, number, number] }) => (value[2] ? String(value[2]) : "") },
        itemStyle: { borderColor: draw.color("--surface"), borderWidth: 2, borderRadius: 4 },
        emphasis: { itemStyle: { borderColor: draw.color("--accent"), borderWidth: 2 } },
      },
    ],
  };
}

/** One stretch of the timeline as ECharts keeps it: row, begin and end in hours from the first moment, state, table row. */
export type Stretch = [row: number, from_h: number, to_h: number, state: string, at: number];

/** A stretch that goes on ends `until`; what began before the period is cut. The span signed in lies under all the others. */
export function stretches(sheet: ReportSheet, from_at: number, until: number): { agents: string[]; rows: Stretch[] } {
  const [agent, state, began, ended] = ["agent", "state", "began_at", "ended_at"].map((column) => place(sheet, column)) as [number, number, number, number];
  const agents = [...new Set((sheet.rows as Row[]).map((row) => String(row[agent])))];
  const rows = (sheet.rows as Row[]).map((row, at): Stretch => {
    const begins = Math.max(from_at, Number(row[began]));
    const ends = Math.max(begins, Math.min(until, row[ended] === null || row[ended] === undefined ? until : Number(row[ended])));
    return [agents.indexOf(String(row[agent])), (begins - from_at) / HOUR_S, (ends - from_at) / HOUR_S, String(row[state]), at];
  }).filter(([, , , of]) => of !== SPAN);
  return { agents, rows };
}

/** What an agent was to do: row, begin and end in hours from the first moment, activity. */
export type Planned = [row: number, from_h: number, to_h: number, activity: string];

/** With the shifts of the sheet `planned`; agents who had one and never came stand below the others. */
export function withPlan<T extends { agents: string[] }>(found: T, planned: ReportSheet | undefined, from_at: number): T & { planned: Planned[] } {
  if (!planned) return { ...found, planned: [] };
  const [agent, activity, began, ended] = ["agent", "activity", "began_at", "ended_at"].map((column) => place(planned, column)) as [number, number, number, number];
  const rows = planned.rows as Row[];
  const agents = [...new Set([...found.agents, ...rows.map((row) => String(row[agent]))])];
  const shifts = rows.map((row): Planned => [agents.indexOf(String(row[agent])), (Number(row[began]) - from_at) / HOUR_S, (Number(row[ended]) - from_at) / HOUR_S, String(row[activity]).replace("planned_", "")]);
  return { ...found, agents, planned: shifts };
}

const PLANNED: Record<string, string> = { work: "--talking-solid", break: "--paused-solid", training: "--wrap-solid", meeting: "--other-solid" };
export const plannedToken = (activity: string) => PLANNED[activity] ?? "--gone-solid";

/** The colour of a state, the same as everywhere. */
export const stateToken = (state: string) => `--${agentTone(state as AgentState) ?? "gone"}-solid`;
