import { describe, expect, it } from "vitest";
import { inLine } from "@/state/callbacks";
import { liveCalls } from "@/state/calls_now";
import { pickOf, told } from "@/state/decisions";
import { byNearness, counted, countsOf, skillsOf } from "@/state/exclusions";
import { bar, minutes, rangeOf, standing } from "@/state/wait";
import type { Bystander, CallbackView, Decision } from "@/wire/types";
import { callbackView, callView } from "./views";

const said = (low_s: number, high_s: number) => Object.values(minutes({ low_s, high_s }));
const made = (id: string, state: CallbackView["state"], queued_at: number) => callbackView({ id, state, queued_at });

describe("a wait that was foretold", () => {
  it("is rounded outwards to the minutes that callers hear", () => {
    expect(said(130, 230)).toEqual([2, 4]);
    expect(said(0, 20)).toEqual([0, 1]);
    expect(said(700, 1300)).toEqual([10, 25]);
    expect(said(2000, 4000)).toEqual([30, 90]);
    expect(said(8000, 9000)).toEqual([120, 180]);
  });

  it("is none when both ends are 0", () => {
    expect(rangeOf(0, 0)).toBeNull();
    expect(rangeOf(0, 30)).toEqual({ low_s: 0, high_s: 30 });
  });

  it("is judged by the spoken minutes, and its bar grows when the wait is longer", () => {
    const range = { low_s: 130, high_s: 230 };
    expect([119, 120, 240, 241].map((s) => standing(s, range))).toEqual(["early", "due", "due", "over"]);
    expect(bar(60, range)).toEqual({ waited: 0.25, low: 0.5, high: 1 });
    expect(bar(480, range)).toEqual({ waited: 1, low: 0.25, high: 0.5 });
  });
});

const bystander = (agent: string, excluded: Bystander["excluded"], since = 0): Bystander => ({ agent, name: "", excluded, since, detail: "" });

describe("why agents are not offered a caller", () => {
  const agents = [bystander("1", "signed_out"), bystander("2", "talking", 9), bystander("3", ""), bystander("4", "talking", 5), bystander("5", "lacks_skill")];

  it("shows the nearest to taking the call first, the longest in a state before the others", () => {
    expect(byNearness(agents).map((one) => one.agent)).toEqual(["3", "5", "4", "2", "1"]);
  });

  it("counts everybody once", () => {
    expect(counted(agents)).toEqual([
      { standing: "", count: 1 },
      { standing: "lacks_skill", count: 1 },
      { standing: "talking", count: 2 },
      { standing: "signed_out", count: 1 },
    ]);
  });

  it("orders the ledger's counts alike, with words it does not know last and zeros left out", () => {
    expect(countsOf({ paused: 1, asleep: 2, talking: 3, held: 0 }).map((one) => [one.standing, one.count])).toEqual([
      ["talking", 3],
      ["paused", 1],
      ["asleep", 2],
    ]);
  });

  it("reads the skills that are lacking", () => {
    expect(skillsOf("english 3")).toEqual([{ skill: "english", level: 3 }]);
    expect(skillsOf("english 3, vip_care 10").map((one) => one.level)).toEqual([3, 10]);
    expect([skillsOf(""), skillsOf("cc1-1.2"), skillsOf("lunch")]).toEqual([[], [], []]);
  });
});

const pick = { strategy: "ring_all", candidates: ["8001"], waited_s: 1, credit_s: 0, ahead: 0, ready: 2, lacking: 0, excluded: {}, level: 10 };
const decision = (seq: number, kind: string, data: Record<string, unknown>): Decision => ({ seq, at: seq, kind, data });

describe("decisions", () => {
  it("come in the ledger's order; the agents of one offer stand together", () => {
    const rows = told([
      decision(4, "OfferMade", { offer: "o2", agent: "8003" }),
      decision(1, "QueueEntered", { queue: "sales" }),
      decision(2, "OfferMade", { offer: "o1", agent: "8001", pick }),
      decision(3, "OfferMade", { offer: "o1", agent: "8002", pick }),
    ]);
    expect(rows.map((row) => [row.kind, row.agents])).toEqual([
      ["QueueEntered", []],
      ["OfferMade", ["8001", "8002"]],
      ["OfferMade", ["8003"]],
    ]);
    expect(rows.map((row) => pickOf(row)?.strategy ?? "")).toEqual(["", "ring_all", ""]);
  });

  it("leave out what decides nothing", () => {
    expect(told([decision(1, "LegOpened", {})])).toEqual([]);
  });
});

describe("who stands in line", () => {
  it("stands by credit too, and behind callbacks that are due", () => {
    const calls = [
      callView({ id: "first", phase: "waiting", queued_at: 100 }),
      callView({ id: "gold", phase: "waiting", queued_at: 130, credit_s: 90 }),
    ];
    const callbacks = [callbackView({ id: "due", queued_at: 90 }), callbackView({ id: "rests", queued_at: 80, state: "resting" })];
    expect(liveCalls(calls, callbacks).waiting.map(({ call, position }) => [call.id, position])).toEqual([["gold", 1], ["first", 3]]);
  });

  it("shows callbacks being carried out first, then by their place", () => {
    const sorted = inLine([made("late", "due", 9), made("shut", "closed", 1), made("now", "trying", 8), made("early", "due", 2)]);
    expect(sorted.map((one) => one.id)).toEqual(["now", "early", "late", "shut"]);
  });
});
