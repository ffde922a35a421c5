import { describe, expect, it } from "vitest";
import { behindFigure, presentName, shownTable, tableNames } from "@/state/report_behind";
import { daysOf, periodAsked } from "@/state/report_period";
import type { ReportAnswer, ReportColumn, ReportSheet } from "@/wire/types";

const ZONE = "Asia/Shanghai";
const at = (text: string) => Date.parse(`${text}:00+08:00`) / 1000;
const period = (first: string, after: string) => ({ from_at: at(`${first}T00:00`), to_at: at(`${after}T00:00`), zone: ZONE, grain: "day" });
const [NOW, EARLIER] = [period("2026-11-23", "2026-11-25"), period("2026-11-16", "2026-11-18")];

const column = (id: string, drill = "", time = ""): ReportColumn => ({ id, kind: "count", name: { "zh-CN": id, en: id }, figure: id, drill, time });
const OFFERED = column("offered", "offered");
const over = (begins: number[], counts: number[]): ReportSheet => ({
  id: "by_step",
  name: { "zh-CN": "按时间", en: "Over time" },
  columns: [column("from_at"), OFFERED],
  rows: begins.map((from_at, i) => [from_at, counts[i] ?? 0]),
  sums: null,
});
const DAY = 86_400;
const answer = {
  period: NOW,
  before: EARLIER,
  sheets: [over([NOW.from_at, NOW.from_at + DAY], [5, 6]), { ...over([], []), id: "by_queue" }],
  before_sheets: [over([EARLIER.from_at, EARLIER.from_at + DAY], [7, 8]), { ...over([], []), id: "by_queue" }],
} as unknown as ReportAnswer;
const ASKED = { from: "2026-11-23", to: "2026-11-24", queues: "sales", fcr_days: "3", grain: "day" };

describe("what is behind a figure", () => {
  it("is of the period it stands for, with the same filters and settings", () => {
    expect(behindFigure(ASKED, NOW, false, OFFERED)).toEqual({ question: { ...ASKED, figure: "offered" }, within: { from_at: NOW.from_at, to_at: NOW.to_at }, earlier: false });
    expect(behindFigure(ASKED, EARLIER, true, OFFERED)).toEqual({
      question: { ...ASKED, from: "2026-11-16", to: "2026-11-17", figure: "offered" },
      within: { from_at: EARLIER.from_at, to_at: EARLIER.to_at },
      earlier: true,
    });
  });

  it("is of one step in a row over time; the last one ends with its own period", () => {
    const sheet = answer.before_sheets[0] as ReportSheet;
    const [first, last] = [sheet.rows[0] ?? [], sheet.rows[1] ?? []];
    expect(behindFigure(ASKED, EARLIER, true, OFFERED, { sheet, row: first })).toMatchObject({
      question: { from: "2026-11-16", begins_at: EARLIER.from_at, ends_at: EARLIER.from_at + DAY },
      within: { from_at: EARLIER.from_at, to_at: EARLIER.from_at + DAY },
    });
    expect(behindFigure(ASKED, EARLIER, true, OFFERED, { sheet, row: last }).within).toEqual({ from_at: EARLIER.from_at + DAY, to_at: EARLIER.to_at });
  });

  it("is the row's part of the whole period where rows are no steps", () => {
    const sheet: ReportSheet = { ...over([], []), id: "by_queue", columns: [column("queue"), OFFERED] };
    const found = behindFigure(ASKED, EARLIER, true, OFFERED, { sheet, row: ["support", 4] });
    expect([found.question.queues, found.within]).toEqual(["support", { from_at: EARLIER.from_at, to_at: EARLIER.to_at }]);
  });

  it("is time where the figure is one of time", () => {
    expect(behindFigure(ASKED, EARLIER, true, column("ready_s", "", "ready_s")).question.figure).toBe("ready_s");
  });
});

describe("the tables of a report", () => {
  it("stand there for the earlier period too, named as in its files", () => {
    expect(tableNames(answer, true)).toEqual(["by_step", "by_queue", "by_step_before", "by_queue_before"]);
    expect(tableNames(answer, false)).toEqual(["by_step", "by_queue"]);
    expect([presentName("by_queue_before"), presentName("by_queue")]).toEqual(["by_queue", "by_queue"]);
  });

  it("are shown with the period they are of", () => {
    const [now, earlier] = [shownTable(answer, "by_step"), shownTable(answer, "by_step_before")];
    expect([now?.earlier, now?.answer.period, now?.sheet.rows[0]?.[1]]).toEqual([false, NOW, 5]);
    expect([earlier?.earlier, earlier?.answer.period, earlier?.sheet.rows[0]?.[1]]).toEqual([true, EARLIER, 7]);
  });

  it("are the present ones until the earlier period has come", () => {
    const alone = { ...answer, before: null, before_sheets: [] };
    expect(shownTable(alone, "by_queue_before")).toMatchObject({ sheet: { id: "by_queue" }, earlier: false });
    expect(shownTable(answer, "")?.sheet.id).toBe("by_step");
    expect(shownTable({ ...alone, sheets: [] }, "")).toBeUndefined();
  });
});

describe("a period as it is asked for", () => {
  it("is its days, the last included", () => {
    for (const days of [daysOf("last_month", "2026-11-29"), daysOf("yesterday", "2026-03-01")]) {
      const after = new Date(Date.parse(`${days[1]}T00:00:00+08:00`) + DAY * 1000);
      expect(periodAsked({ from_at: at(`${days[0]}T00:00`), to_at: after.getTime() / 1000 }, ZONE)).toEqual(days);
    }
  });

  it("is its minutes where it is not of whole days; the last is not included", () => {
    expect(periodAsked({ from_at: at("2026-11-16T08:30"), to_at: at("2026-11-17T00:00") }, ZONE)).toEqual(["2026-11-16T08:30", "2026-11-16"]);
    expect(periodAsked({ from_at: at("2026-11-16T08:30"), to_at: at("2026-11-16T17:00") }, ZONE)).toEqual(["2026-11-16T08:30", "2026-11-16T17:00"]);
  });

  it("keeps the hour where clocks leave midnight out", () => {
    const begins = Date.UTC(2026, 8, 6, 4) / 1000; // Santiago goes from 00:00 to 01:00
    expect(periodAsked({ from_at: begins, to_at: begins + DAY - 3600 }, "America/Santiago")).toEqual(["2026-09-06T01:00", "2026-09-06"]);
  });
});
