import { describe, expect, it } from "vitest";
import { arrivals, chartsOf, curve, type Drawing, exits, heat, stateToken, stretches, times, waits, withPlan } from "@/state/report_charts";
import type { Row } from "@/state/report_table";
import type { ReportSheet } from "@/wire/types";

const sheet = (id: string, columns: string[], rows: Row[]): ReportSheet => ({
  id,
  name: { "zh-CN": id, en: id },
  columns: columns.map((one) => ({ id: one, kind: "count", name: { "zh-CN": one, en: one }, figure: "", drill: "", time: "" })),
  rows,
  sums: null,
});
const drawing: Drawing = { color: (token) => token, name: (id) => id, told: (cell, id) => `${id} ${cell}`, before: (name) => `${name} before`, target: (share) => `target ${share}`, state: (state) => state, lasting: { hours: (count) => `${count} h`, minutes: (count) => `${count} min`, seconds: (count) => `${count} s` } };
const steps = sheet("by_step", ["from_at", "offered", "answered", "abandoned", "service_level"], [[0, 5, 4, 1, 0.8], [3600, 0, 0, 0, null]]);
const told = (option: object) => option as { series: { name: string; data: unknown[]; stack?: string; color: string; markLine?: { data: unknown[] } }[]; xAxis: { type: string; data?: string[]; axisLabel?: { formatter: (value: number) => string } }; yAxis: { type: string; data?: string[] } };

describe("which charts a table has", () => {
  it("is seen by its columns", () => {
    expect(chartsOf(steps)).toEqual(["curve", "exits"]);
    expect(chartsOf(sheet("by_queue", ["queue", "offered", "answered", "abandoned"], [["a", 1, 1, 0]]))).toEqual(["exits"]);
    expect(chartsOf(sheet("by_agent", ["agent", "ready_s", "talking_s"], [["8001", 1, 2]]))).toEqual(["times"]);
    expect([chartsOf(sheet("waits", ["from_s"], [[0]])), chartsOf(sheet("states", ["agent"], [["8001"]]))]).toEqual([["waits"], ["timeline"]]);
  });

  it("is none for an empty table, or one that is only words", () => {
    expect([chartsOf({ ...steps, rows: [] }), chartsOf(sheet("keys", ["key", "answers"], [["1", 2]]))]).toEqual([[], []]);
  });
});

describe("the curve", () => {
  it("has each figure by step, gaps where there is nothing to tell, and the target", () => {
    const { series, xAxis } = told(curve(steps, undefined, [0.8], drawing, Infinity));
    expect(series.map((one) => one.name)).toEqual(["offered", "answered", "abandoned", "service_level"]);
    expect([series[0]?.data, series[3]?.data, series[3]?.markLine?.data]).toEqual([[5, 0], [0.8, null], [{ yAxis: 0.8, label: { position: "insideEndTop" } }]]);
    expect(xAxis.data).toEqual(["from_at 0", "from_at 3600"]);
  });

  it("ends at the moment it was read", () => {
    expect(told(curve(steps, undefined, [], drawing, 1800)).series[0]?.data).toEqual([5, null]);
  });

  it("shows the period before beside it, when it is compared", () => {
    expect(told(curve(steps, steps, [], drawing, Infinity)).series.at(-1)?.name).toBe("offered before");
  });
});

describe("bars in layers", () => {
  it("stand over time, lie by queue and agent, and leave out what never happened", () => {
    expect(told(exits(steps, drawing)).series.map((one) => one.name)).toEqual(["answered", "abandoned"]);
    const queues = told(exits(sheet("by_queue", ["queue", "answered", "abandoned", "voicemail"], [["a", 2, 0, 1]]), drawing));
    expect([queues.yAxis.data, queues.series.map((one) => one.stack)]).toEqual([["queue a"], ["all", "all"]]);
    expect(told(times(sheet("by_agent", ["agent", "ready_s", "talking_s"], [["8001", 5400, 0]]), drawing)).series.map(({ color, data }) => [color, data])).toEqual([["--ready-solid", [90]]]);
    const long = told(times(sheet("by_agent", ["agent", "ready_s", "talking_s"], [["8001", 5400, 0], ["8002", 0, 9000]]), drawing));
    expect(long.series.map((one) => one.data)).toEqual([[1.5, 0], [0, 2.5]]);
    expect(long.xAxis.axisLabel?.formatter(2)).toBe("2 h");
    expect(told(waits(sheet("waits", ["from_s", "answered", "abandoned"], [[0, 3, 1]]), drawing)).xAxis.data).toEqual(["from_s 0"]);
  });
});

describe("arrivals by weekday and hour", () => {
  const cells = sheet("cells", ["weekday", "hour", "offered"], [[0, 9, 4], [6, 23, 1]]);
  it("have a field for each of 168 hours, and the greatest is the darkest", () => {
    const counts = arrivals(cells);
    expect([counts.length, counts[0]?.[9], counts[6]?.[23], counts.flat().length]).toEqual([7, 4, 1, 168]);
    const drawn = heat(counts, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], (weekday, hour, count) => `${weekday} ${hour} ${count}`, drawing) as { visualMap: { max: number }; series: { data: number[][] }[]; yAxis: { data: string[] } };
    expect([drawn.visualMap.max, drawn.series[0]?.data.find(([hour, weekday]) => hour === 9 && weekday === 0), drawn.yAxis.data[0]]).toEqual([4, [9, 0, 4], "Mon"]);
  });
  it("are nought everywhere in an empty period, without a scale of nothing", () => {
    expect((heat(arrivals(sheet("cells", ["weekday", "hour", "offered"], [])), [], () => "", drawing) as { visualMap: { max: number } }).visualMap.max).toBe(1);
  });
});

describe("the timeline", () => {
  const states = sheet("states", ["agent", "state", "began_at", "ended_at"], [["8001", "ready", 900, 2800], ["8002", "held", 3600, null], ["8002", "signed_in", 3600, null]]);
  it("begins with the period, and what goes on ends now", () => {
    expect(stretches(states, 1000, 7200)).toEqual({ agents: ["8001", "8002"], rows: [[0, 0, 0.5, "ready", 0], [1, 2600 / 3600, 6200 / 3600, "held", 1]] });
  });

  it("has the shifts behind the states, also of who never came", () => {
    const planned = sheet("planned", ["agent", "activity", "began_at", "ended_at"], [["8002", "planned_work", 1000, 4600], ["8003", "planned_break", 2800, 4600]]);
    const found = withPlan(stretches(states, 1000, 7200), planned, 1000);
    expect(found.agents).toEqual(["8001", "8002", "8003"]);
    expect(found.planned).toEqual([[1, 0, 1, "work"], [2, 0.5, 1, "break"]]);
    expect(withPlan(stretches(states, 1000, 7200), undefined, 1000).planned).toEqual([]);
  });

  it("has the colours of the states, and one for a state that is not known here", () => {
    expect([stateToken("held"), stateToken("wrap_up"), stateToken("other")]).toEqual(["--held-solid", "--wrap-solid", "--gone-solid"]);
  });
});
