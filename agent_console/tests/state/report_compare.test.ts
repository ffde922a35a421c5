import { describe, expect, it } from "vitest";
import { NOTHING, readAddress, addressOf } from "@/state/report_address";
import { comparable } from "@/state/report_compare";
import { daysEarlier } from "@/state/report_period";
import { daysTold } from "@/state/report_table";
import type { ReportDefinition } from "@/wire/types";

const traffic: ReportDefinition = { name: "traffic", title: { "zh-CN": "", en: "" }, filters: [], settings: [], choices: [], numbers: [], steps: true, days: 0, narrowed: false };
const at = (text: string) => Date.parse(`${text}+08:00`) / 1000;
const words = (query: Record<string, string>) => readAddress(query, traffic, NOTHING).wrong.map((one) => `${one.key} ${one.word}`);

describe("the periods to compare with", () => {
  it("are those that are over before the period begins", () => {
    expect(comparable("2026-11-27", "2026-11-27")).toEqual(["", "before", "week", "month", "year", "own"]);
    expect(comparable("2026-11-01", "2026-11-29")).toEqual(["", "before", "month", "year", "own"]);
    expect(comparable("2026-03-15", "2026-04-14")).toEqual(["", "before", "month", "year", "own"]);
    expect(comparable("2026-03-15", "2026-04-15")).toEqual(["", "before", "year", "own"]);
    expect(comparable("2026-03-31", "2026-03-31")).toContain("month");
    expect(comparable("2028-01-01", "2028-12-31")).toEqual(["", "before", "year", "own"]);
    expect(comparable("2025-11-01", "2026-11-29")).toEqual(["", "before", "own"]);
  });

  it("may begin on a day of one's own, which stands in the address", () => {
    const { asked, wrong } = readAddress({ period: "today", compare: "own", before_from: "2026-03-02" }, traffic, NOTHING);
    expect([asked.before_from, wrong]).toEqual(["2026-03-02", []]);
    expect(addressOf(asked, traffic)).toEqual({ period: "today", compare: "own", before_from: "2026-03-02" });
    expect(addressOf({ ...asked, compare: "week" }, traffic)).toEqual({ period: "today", compare: "week" });
    expect([words({ compare: "own" }), words({ compare: "own", before_from: "spring" }), words({ compare: "decade" })]).toEqual([["before_from not_a_day"], ["before_from not_a_day"], ["compare not_among"]]);
    expect(daysEarlier(["2026-11-23", "2026-11-29"])).toBe("2026-11-16");
  });

  it("are told by their days, or by the minute", () => {
    expect(daysTold({ from_at: at("2026-11-16T00:00"), to_at: at("2026-11-23T00:00") }, "Asia/Shanghai")).toBe("2026-11-16 – 2026-11-22");
    expect(daysTold({ from_at: at("2026-11-16T00:00"), to_at: at("2026-11-17T00:00") }, "Asia/Shanghai")).toBe("2026-11-16");
    expect(daysTold({ from_at: at("2026-11-16T08:30"), to_at: at("2026-11-16T17:00") }, "Asia/Shanghai")).toBe("2026-11-16 08:30 – 2026-11-16 17:00");
  });
});
