import { describe, expect, it } from "vitest";
import { daysOf, PRESETS, presetsWithin, todayIn } from "@/state/report_period";
import { change, filtered, momentIn, rowNarrows, shownColumns, sorted, toldCell } from "@/state/report_table";
import { reportsEn } from "@/text/reports.en";
import { reportsZhCn } from "@/text/reports.zh-CN";
import type { ReportColumn, ReportSheet } from "@/wire/types";

const column = (id: string, kind: ReportColumn["kind"]): ReportColumn => ({ id, kind, name: { "zh-CN": id, en: id }, figure: "", drill: "", time: "" });
const sheet: ReportSheet = {
  id: "by_queue",
  name: { "zh-CN": "按队列", en: "By queue" },
  columns: [column("from_at", "moment"), column("queue", "queue"), column("offered", "count")],
  rows: [],
  sums: null,
};

const told = (cell: unknown) => (cell === "service" ? "Customer care" : String(cell));

describe("the days of a report", () => {
  it("are those of the centre's calendar", () => {
    expect(todayIn("Asia/Shanghai", Date.UTC(2026, 10, 27, 16) / 1000)).toBe("2026-11-28");
    expect(daysOf("yesterday", "2026-03-01")).toEqual(["2026-02-28", "2026-02-28"]);
    expect(daysOf("this_week", "2026-11-29")).toEqual(["2026-11-23", "2026-11-29"]);
    expect(daysOf("last_week", "2026-11-23")).toEqual(["2026-11-16", "2026-11-22"]);
    expect(daysOf("last_month", "2026-01-31")).toEqual(["2025-12-01", "2025-12-31"]);
    expect(daysOf("this_year", "2026-01-01")).toEqual(["2026-01-01", "2026-01-01"]);
  });
});

describe("the periods to choose from", () => {
  it("are as long as the report takes them", () => {
    expect([presetsWithin(2), presetsWithin(100).includes("this_year"), presetsWithin(100).includes("last_month")]).toEqual([["today", "yesterday"], false, true]);
    expect(presetsWithin(0)).toEqual(PRESETS);
  });
});

describe("a report's table", () => {
  it("tells cells by their kind", () => {
    expect([toldCell(75, "seconds"), toldCell(0.876, "share"), toldCell(4.5, "mean"), toldCell(null, "count")]).toEqual(["1:15", "87.6%", "4.50", "–"]);
    expect(momentIn(1795795200, "Asia/Shanghai", "en", "hour")).toBe("11/28 00:00");
  });

  it("is sorted with empty cells last, either way", () => {
    const rows = [[2], [null], [10]];
    expect(sorted(rows, 0, false)).toEqual([[2], [10], [null]]);
    expect(sorted(rows, 0, true)).toEqual([[10], [2], [null]]);
  });

  it("is filtered by what is shown", () => {
    expect(filtered([[1, "service", 3], [1, "sales", 4]], sheet.columns, "care", told)).toEqual([[1, "service", 3]]);
  });

  it("narrows the calls behind a figure to its row", () => {
    expect(rowNarrows(sheet, [100, "service", 3], 200)).toEqual({ begins_at: 100, ends_at: 200, queues: "service" });
    expect(rowNarrows(sheet, [100, "service", 3], null)).toEqual({ queues: "service" });
    expect(rowNarrows(sheet, [100, "", 3], null)).toEqual({ queues: "-" });
  });

  it("narrows to a step of a flow by its nodes, also where it has no beginning or no end", () => {
    const hops = { ...sheet, id: "hops", columns: ["flow", "version", "begin", "key", "end", "result", "runs"].map((id) => column(id, "text")) };
    expect(rowNarrows(hops, ["hotline", 2, "", "", "menu", "", 3], null)).toEqual({ flow: "hotline", version: 2, begin: "-", key: "-", end: "menu", result: "-" });
  });

  it("leaves out the columns that are not wanted, never the first", () => {
    const shown = shownColumns(sheet.columns, new Set(["from_at", "queue", "gone"]));
    expect(shown.map(({ column, at }) => [column.id, at])).toEqual([["from_at", 0], ["offered", 2]]);
  });

  it("compares with what was before, when there was something", () => {
    expect([change(12, 10), change(5, 0), change(null, 4)]).toEqual([0.2, null, null]);
  });

  it("tells by how many points of a hundred a share changed, also from none", () => {
    expect([change(0.75, 0.5, "share"), change(0.25, 0, "share"), change(0.5, null, "share")]).toEqual([0.25, 0.25, null]);
  });
});

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): string[] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [prefix + key]));

describe("the words of the reports", () => {
  it("are there in both languages", () => {
    expect(leaves(reportsZhCn)).toEqual(leaves(reportsEn));
  });
});
