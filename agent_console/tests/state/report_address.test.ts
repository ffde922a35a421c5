import { describe, expect, it } from "vitest";
import { addressOf, type Asked, isDay, NOTHING, readAddress } from "@/state/report_address";
import type { ReportDefinition } from "@/wire/types";

const definition = (more: Partial<ReportDefinition>): ReportDefinition => ({
  name: "queues",
  title: { "zh-CN": "队列", en: "Queues" },
  filters: ["queues"],
  settings: ["service_level"],
  choices: [],
  numbers: [],
  steps: true,
  days: 0,
  narrowed: false,
  ...more,
});
const queues = definition({});
const timeline = definition({ name: "timeline", filters: ["agents"], settings: [], steps: false, days: 2 });
const words = (query: Record<string, string | string[]>, of = queues) => readAddress(query, of, NOTHING).wrong.map((one) => `${one.key} ${one.word}`);

describe("the address of a report", () => {
  it("says all that is asked, and reads back the same", () => {
    const asked: Asked = { ...NOTHING, preset: "custom", from: "2026-11-01", to: "2026-11-27", grain: "day", narrow: { queues: "sales,support" }, compare: "before", settings: { service_level: "asterisk" }, table: "waits" };
    const address = addressOf(asked, queues);
    expect(address).toEqual({ from: "2026-11-01", to: "2026-11-27", grain: "day", compare: "before", queues: "sales,support", service_level: "asterisk", table: "waits" });
    expect(readAddress(address, queues, NOTHING)).toEqual({ asked, wrong: [] });
  });

  it("is today's report where it says nothing", () => {
    expect(readAddress({}, queues, NOTHING)).toEqual({ asked: NOTHING, wrong: [] });
    expect(addressOf(NOTHING, queues)).toEqual({ period: "today" });
  });

  it("takes to another report what that one takes, and keeps the rest for the way back", () => {
    const asked: Asked = { ...NOTHING, preset: "this_year", grain: "week", narrow: { queues: "sales", agents: "8001" }, compare: "before" };
    const there = addressOf(asked, timeline);
    expect(there).toEqual({ period: "today", agents: "8001" });
    const kept = readAddress(there, timeline, asked).asked;
    expect(addressOf(kept, queues)).toEqual({ period: "today", grain: "week", compare: "before", queues: "sales" });
  });

  it("forgets a filter of this report that it does not name", () => {
    expect(readAddress({ period: "today" }, queues, { ...NOTHING, narrow: { queues: "sales", agents: "8001" } }).asked.narrow).toEqual({ agents: "8001" });
  });
});

describe("an address that is not understood", () => {
  it("is said to be, each thing by itself", () => {
    expect(words({ period: "someday" })).toEqual(["period not_among"]);
    expect(words({ grain: "minute", compare: "never" })).toEqual(["grain not_among", "compare not_among"]);
    expect(words({ zone: "Asia/Shanghai", agents: "8001" })).toEqual(["zone unknown", "agents unknown"]);
    expect(words({ period: ["today", "yesterday"] })).toEqual(["period twice"]);
    expect(readAddress({ period: "someday" }, timeline, NOTHING).wrong[0]?.allowed).toEqual(["today", "yesterday"]);
  });

  it("has no steps to name where the report tells of none, and no period that is too long for it", () => {
    expect(words({ grain: "day", compare: "before" }, timeline)).toEqual(["grain unknown", "compare unknown"]);
    expect(words({ period: "this_year" }, timeline)).toEqual(["period not_among"]);
  });

  it("has days of the calendar, in their order, both of them", () => {
    expect(words({ from: "2026-02-31", to: "2026-03-02" })).toEqual(["from not_a_day"]);
    expect(words({ from: "2026-03-02" })).toEqual(["to not_a_day"]);
    expect(words({ from: "2026-03-02", to: "2026-03-01" })).toEqual(["to reversed"]);
    expect([isDay("2028-02-29"), isDay("2026-02-29"), isDay("yesterday"), isDay("2026-11-27T08:30")]).toEqual([true, false, false, false]);
  });
});
