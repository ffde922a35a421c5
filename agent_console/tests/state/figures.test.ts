import { describe, expect, it } from "vitest";
import { csv } from "@/state/csv";
import { liveCalls } from "@/state/calls_now";
import { clock, moment, percent } from "@/state/durations";
import { flatFacts } from "@/state/facts";
import { checksOf } from "@/state/health";
import { nothingKnown } from "@/state/live";
import { againstTarget, byAttention } from "@/state/looks";
import { numbersLike, readable } from "@/state/numbers";
import { toldEntries } from "@/state/timeline";
import { agentView, callView } from "./views";

describe("figures as text", () => {
  it("writes durations as m:ss, with hours when there are any", () => {
    expect([0, 9.9, 65, 3599, 3600, 36_061].map(clock)).toEqual(["0:00", "0:09", "1:05", "59:59", "1:00:00", "10:01:01"]);
    expect(clock(-3)).toBe("0:00");
  });

  it("writes shares, and a dash where there is none", () => {
    expect([percent(0.8), percent(0.8666, 1), percent(null)]).toEqual(["80%", "86.7%", "–"]);
  });

  it("names the day when it is not today", () => {
    const now = new Date(2026, 10, 21, 18, 0).getTime() / 1000;
    expect(moment(now - 3600, now, "en")).toBe("17:00");
    expect(moment(now - 86_400, now, "en")).toBe("Nov 20 18:00");
    expect(moment(now - 366 * 86_400, now, "en")).toContain("2025");
  });

  it("groups telephone numbers, masked ones too", () => {
    expect(readable("+8613800138000")).toBe("+86 138 0013 8000");
    expect(readable("13800138000")).toBe("138 0013 8000");
    expect(readable("+86138****8000")).toBe("+86 138 **** 8000");
    expect(readable("+861065551234")).toBe("+86 10 6555 1234");
    expect(readable("+442079460123")).toBe("+442079460123");
    expect(readable("8001")).toBe("8001");
  });

  it("judges a service level against its aim", () => {
    expect([0.8, 0.79, 0.69, null].map((share) => againstTarget(share, 0.8))).toEqual(["good", "near", "bad", "none"]);
  });
});

describe("who comes first", () => {
  it("shows agents who need attention first, the longest in a state before the others", () => {
    const agents = [
      agentView({ id: "8001", state: "signed_out" }),
      agentView({ id: "8002", state: "talking", since: 50 }),
      agentView({ id: "8003", state: "unreachable" }),
      agentView({ id: "8004", state: "talking", since: 20 }),
    ];
    expect(byAttention(agents).map((agent) => agent.id)).toEqual(["8003", "8004", "8002", "8001"]);
  });

  it("numbers waiting callers within their queue, by the time they entered it", () => {
    const calls = [
      callView({ id: "late", phase: "waiting", queued_at: 30 }),
      callView({ id: "first", phase: "ringing", queued_at: 10 }),
      callView({ id: "other", phase: "waiting", queued_at: 20, queue: "sales" }),
      callView({ id: "talk", phase: "talking" }),
      callView({ id: "over", phase: "ended" }),
    ];
    const { waiting, others } = liveCalls(calls);
    expect(waiting.map(({ call, position }) => [call.id, position])).toEqual([["first", 1], ["other", 1], ["late", 2]]);
    expect(others.map((call) => call.id)).toEqual(["talk"]);
  });
});

const told = (store: string) => ({
  engine_link: "up" as const, engine_link_since: 1, asterisk: "up" as const, database: "up" as const, pages: 1, phones: 1,
  engine: { journal: { state: "ok" }, store: { state: store } },
});

describe("reports", () => {
  it("hides a call's inner steps until they are asked for", () => {
    const entries = ["CallArrived", "LegOpened", "CallEnded"].map((kind, i) => ({ seq: 3 - i, at: 1, kind, data: {} }));
    expect(toldEntries(entries, false).map((entry) => entry.kind)).toEqual(["CallEnded", "CallArrived"]);
    expect(toldEntries(entries, true)).toHaveLength(3);
  });

  it("writes rows that a spreadsheet takes for text, never for a formula", () => {
    expect(csv([["+8613800138000", "=1+1", 'say "hi", you', -3, "张\n三"]])).toBe(
      `\uFEFF'+8613800138000,'=1+1,"say ""hi"", you",-3,"张\n三"\r\n`,
    );
  });

  it("flattens what the engine tells", () => {
    expect(flatFacts({ journal: { ok: true, lag_s: 0.0123 }, name: "" })).toEqual([
      { name: "journal.ok", value: "true" },
      { name: "journal.lag_s", value: "0.012" },
      { name: "name", value: "–" },
    ]);
  });

  it("believes the live link about a lost engine before the next report", () => {
    const health = { engine_link: "up", engine_link_since: 1, asterisk: "up", database: "up", pages: 1, phones: 1, engine: {} } as const;
    const lost = { ...nothingKnown, link: "open", engine: "lost" } as const;
    expect(checksOf(health, lost).map((check) => check.ok)).toEqual([true, false, null, true, null]);
  });

  it("counts the journal as sound only while journal and store both are", () => {
    const up = { ...nothingKnown, link: "open", engine: "up" } as const;
    expect(checksOf(told("ok"), up).at(-1)).toEqual({ id: "journal", ok: true });
    expect(checksOf(told("full"), up).at(-1)).toEqual({ id: "journal", ok: false });
  });

  it("calls nothing fine that nobody knows about", () => {
    expect(checksOf(null, nothingKnown).map((check) => check.ok)).toEqual([false, null, null, null, null]);
  });
});

describe("numbers as people type them", () => {
  const known = ["4001", "+862112345678"];
  it("are found with spaces, country and area codes, and in part", () => {
    for (const typed of ["+86 21 1234 5678", "0086 21 1234", "021-1234", "1234 5678", "5678"]) expect(numbersLike(typed, known)).toEqual(["+862112345678"]);
    expect(numbersLike("40 01", known)).toEqual(["4001"]);
    expect(numbersLike("", known)).toEqual(known);
    expect(numbersLike("999", known)).toEqual([]);
  });
});
