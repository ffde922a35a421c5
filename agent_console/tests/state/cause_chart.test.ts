import { describe, expect, it } from "vitest";
import { causes, lyingBars } from "@/state/cause_chart";
import { chartsOf, type Drawing } from "@/state/report_charts";
import type { ReportSheet } from "@/wire/types";

const sheet = (columns: string[], rows: ReportSheet["rows"]): ReportSheet => ({
  id: "by_x",
  name: { "zh-CN": "", en: "" },
  columns: columns.map((id) => ({ id, kind: "text", name: { "zh-CN": id, en: id }, figure: "", drill: "", time: "" })),
  rows,
  sums: null,
});
const draw = { color: (token: string) => token, name: (id: string) => id, told: (cell: unknown) => String(cell || "–") } as unknown as Drawing;
interface Drawn { series: { name: string; data: number[] }[]; xAxis: { data?: string[] }; yAxis: { data?: string[] } }
const drawn = (of: ReportSheet) => causes(of, draw, { others: "others", noDisposition: "none" }) as unknown as Drawn;

describe("the chart of causes", () => {
  const agents = sheet(["agent", "disposition", "handled", "share"], [["8001", "solved", 2, 1], ["8002", "solved", 3, 0.6], ["8002", "", 2, 0.4]]);

  it("has a bar an agent, the most first, and a layer a disposition", () => {
    expect([chartsOf(agents), lyingBars(agents)]).toEqual([["causes"], 2]);
    const { series, yAxis } = drawn(agents);
    expect(yAxis.data).toEqual(["8002", "8001"]);
    expect(series.map(({ name, data }) => [name, data])).toEqual([["solved", [3, 2]], ["none", [2, 0]]]);
  });

  it("adds the days of the week up to hours in the order of the day", () => {
    const hours = sheet(["weekday", "hour", "disposition", "handled"], [[0, 14, "solved", 1], [0, 9, "solved", 2], [3, 9, "solved", 4]]);
    expect([lyingBars(hours), drawn(hours).xAxis.data, drawn(hours).series[0]?.data]).toEqual([0, ["9:00", "14:00"], [6, 1]]);
  });

  it("draws what is rare as one layer, and only the bars with the most", () => {
    const many = sheet(["region", "disposition", "handled"], Array.from({ length: 20 }, (_, i) => [`r${i}`, `d${i % 10}`, 100 - i]));
    const { series, yAxis } = drawn(many);
    expect([series.length, series.at(-1)?.name, yAxis.data?.length, yAxis.data?.[0]]).toEqual([8, "others", 15, "r0"]);
    expect(series.flatMap((one) => one.data).reduce((sum, one) => sum + one, 0)).toBe(Array.from({ length: 15 }, (_, i) => 100 - i).reduce((sum, one) => sum + one, 0));
  });

  it("is none where nothing names the bars", () => {
    expect(chartsOf(sheet(["disposition", "handled"], [["solved", 2]]))).toEqual([]);
  });
});
