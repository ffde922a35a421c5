import { describe, expect, it } from "vitest";
import { secondIn, sumOf, timelineOf } from "@/state/report_times";
import type { CountedStretch, ReportAnswer, ReportColumn } from "@/wire/types";

const stretch = (more: Partial<CountedStretch>): CountedStretch => ({ agent: "8001", side: "part", sign: 1, state: "ready", activity: "", reason: "", queue: "", call: "", from_at: 0, to_at: 1, length_s: 1, lasts: false, ...more });
const column = (id: string): ReportColumn => ({ id, kind: "text", name: { "zh-CN": id, en: id }, figure: "", drill: "", time: "" });

describe("the stretches behind a figure of time", () => {
  it("add up to the millisecond, side by side, those taken away taken away", () => {
    const all = [stretch({ length_s: 0.1 }), stretch({ length_s: 0.2 }), stretch({ sign: -1, length_s: 0.05 }), stretch({ side: "whole", length_s: 7 })];
    expect([sumOf(all, "part"), sumOf(all, "whole"), sumOf([], "part")]).toEqual([0.25, 7, 0]);
  });

  it("tell their moments to the second, with the day where there are several", () => {
    const at = Date.UTC(2026, 10, 26, 2, 0, 5) / 1000;
    expect([secondIn(at, "Asia/Shanghai", "en", false), secondIn(at, "Asia/Shanghai", "en", true)]).toEqual(["10:00:05", "11/26 10:00:05"]);
  });
});

describe("the timeline of a step", () => {
  it("is cut out of that of its days; what goes on has no end", () => {
    const columns = ["agent", "state", "began_at", "ended_at"].map(column);
    const rows = [["a", "ready", 0, 10], ["a", "talking", 10, 30], ["a", "held", 30, null], ["a", "paused", 40, 50]];
    const sheet = { id: "states", name: { "zh-CN": "", en: "" }, columns, rows, sums: null };
    const answer = { sheets: [sheet], period: { from_at: 0, to_at: 100, zone: "UTC", grain: "hour" } } as unknown as ReportAnswer;
    const cut = timelineOf(answer, 20, 35);
    expect(cut.sheets[0]?.rows).toEqual([["a", "talking", 20, 30], ["a", "held", 30, null]]);
    expect([cut.period.from_at, cut.period.to_at, answer.period.to_at]).toEqual([20, 35, 100]);
  });
});
