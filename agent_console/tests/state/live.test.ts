import { describe, expect, it } from "vitest";
import { callOf, isLive, linkLost, linkOpened, type Live, nothingKnown, received } from "@/state/live";
import { agentView, callView, floorOf } from "./views";

const snapshot = (floor = floorOf([agentView({ id: "8001" })])) =>
  ({ type: "snapshot" as const, seq: floor.seq, now: 200, floor, pops: [] });
const live: Live = received(linkOpened(nothingKnown), snapshot());

describe("the live picture", () => {
  it("is live once the link is open and a snapshot has come", () => {
    expect(isLive(linkOpened(nothingKnown))).toBe(false);
    expect(isLive(live)).toBe(true);
  });

  it("keeps its figures but is not live when the link is lost", () => {
    const lost = linkLost(live, 50);
    expect(isLive(lost)).toBe(false);
    expect(lost.floor?.agents["8001"]).toBeDefined();
    expect(linkLost(lost, 60).lost_at).toBe(50);
  });

  it("is not live while the engine is lost, nor after its return until a snapshot came", () => {
    const lost = received(live, { type: "engine", state: "lost", since: 40 });
    expect(isLive(lost)).toBe(false);
    expect(lost.lost_at).toBe(40);
    const back = received(lost, { type: "engine", state: "up", since: 45 });
    expect(isLive(back)).toBe(false);
    expect(isLive(received(back, snapshot()))).toBe(true);
  });

  it("is not live after a reconnection until a snapshot came", () => {
    const again = linkOpened(linkLost(live, 50));
    expect(isLive(again)).toBe(false);
    expect(isLive(received(again, snapshot()))).toBe(true);
  });

  it("replaces what a delta names, removes what is null, keeps the rest", () => {
    const before = received(live, snapshot(floorOf([agentView({ id: "8001" }), agentView({ id: "8002" })], [callView({ id: "c1" })])));
    const after = received(before, {
      type: "delta",
      seq: 9,
      agents: { "8001": agentView({ id: "8001", state: "talking" }) },
      calls: { c1: null },
    });
    expect(after.floor?.agents["8001"]?.state).toBe("talking");
    expect(after.floor?.agents["8002"]).toBe(before.floor?.agents["8002"]);
    expect(after.floor?.calls).toEqual({});
    expect(after.floor?.seq).toBe(9);
  });

  it("never goes back in the ledger", () => {
    expect(received(live, { type: "delta", seq: 1 }).floor?.seq).toBe(live.floor?.seq);
  });

  it("follows rooms, notices and mismatches, too", () => {
    const room = { id: "r", name: { "zh-CN": "会议", en: "Room" }, number: "700", most: 50, locked: false, members: [] };
    const after = received(live, { type: "delta", seq: 8, rooms: { r: room }, notices: {}, mismatches: { m: null } });
    expect(after.floor?.rooms).toEqual({ r: room });
    expect(received(after, { type: "delta", seq: 9, rooms: { r: null } }).floor?.rooms).toEqual({});
    expect(after.floor?.notices).toEqual({});
  });

  it("ignores a delta before the first snapshot", () => {
    expect(received(nothingKnown, { type: "delta", seq: 3 })).toBe(nothingKnown);
  });

  it("still knows a call in wrap-up after it has left the floor", () => {
    const agent = agentView({ id: "8001", interaction: "c1", state: "wrap_up" });
    const talking = received(live, snapshot(floorOf([agent], [callView({ id: "c1", caller: "+8613800138000" })])));
    const gone = received(talking, { type: "delta", seq: 8, calls: { c1: null } });
    expect(callOf(gone, agent)?.caller).toBe("+8613800138000");
    expect(callOf(gone, agentView({ id: "8001" }))).toBeNull();
  });

  it("keeps a pop that comes before its call", () => {
    const pop = { interaction: "c1", offer: "o1", caller: "1", caller_name: "", queue: "q", waited_s: 1, flow: "", keys: [], callback: "", kind: "call" as const, note: "", by_agent: "", looking_up: false, customer: null, matches: [], last_calls: [] };
    expect(received(live, { type: "pop", pop }).pops["c1"]).toBe(pop);
  });
});
