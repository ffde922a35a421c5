import { describe, expect, it } from "vitest";
import { changes, merged } from "@/state/centre_changes";
import { put, type WholeCentre } from "@/state/centre_shape";
import { centre } from "./centre_fixture";

const ring = (value: number) => put(centre, ["queues", 0, "ring_s"], value);

describe("what a draft changes", () => {
  it("is nothing when nothing differs", () => {
    expect(changes(centre, structuredClone(centre))).toEqual([]);
  });

  it("is told field by field, with what was and what will be", () => {
    expect(changes(centre, ring(30))).toEqual([{ kind: "queues", what: "changed", name: "sales", fields: [{ path: ["ring_s"], from: 20, to: 30 }] }]);
  });

  it("names what is new and what is gone, wherever it stands in its list", () => {
    const now = { ...centre, agents: [{ ...centre.agents[0], id: "7000" }, ...centre.agents.slice(1)] } as WholeCentre;
    expect(changes(centre, now).map(({ what, name }) => [what, name])).toEqual([["added", "7000"], ["removed", "8001"]]);
  });

  it("goes into exits and conditions but takes a destination as one", () => {
    const to = { ...centre.queues[0]?.exits["1"], id: "sales" };
    const [change] = changes(centre, put(centre, ["queues", 0, "exits", "1"], to));
    expect(change?.fields[0]?.path).toEqual(["exits", "1"]);
  });

  it("tells a new order of rules, since the first that fits decides", () => {
    expect(changes(centre, { ...centre, rules: centre.rules.toReversed() })).toEqual([{ kind: "rules", what: "moved", name: "", fields: [] }]);
  });
});

describe("two people's changes", () => {
  it("are both kept when they touch different fields of one queue", () => {
    const { centre: both, collisions } = merged(centre, ring(30), put(centre, ["queues", 0, "roster"], "office"));
    expect(both.queues[0]).toMatchObject({ ring_s: 30, roster: "office" });
    expect(collisions).toEqual([]);
  });

  it("collide in the same field: theirs stays, and it is told", () => {
    const { centre: both, collisions } = merged(centre, ring(30), ring(50));
    expect(both.queues[0]?.ring_s).toBe(50);
    expect(collisions).toEqual([{ kind: "queues", name: "sales", path: ["ring_s"] }]);
  });

  it("keep what either added and leave out what either deleted", () => {
    const mine = { ...centre, agents: [...centre.agents, { ...centre.agents[0], id: "8003" }] } as WholeCentre;
    const theirs = { ...centre, agents: centre.agents.slice(1) };
    expect(merged(centre, mine, theirs).centre.agents.map((one) => one.id)).toEqual(["8002", "8003"]);
  });

  it("keep my order of the rules when only I moved them", () => {
    const mine = { ...centre, rules: centre.rules.toReversed() };
    expect(merged(centre, mine, ring(50)).centre.rules.map((one) => one.id)).toEqual(["english", "night", "vip"]);
  });

  it("end as mine when nobody else changed anything", () => {
    const mine = put(ring(30), ["queues", 1, "skills"], { english: 2 });
    expect(merged(centre, mine, structuredClone(centre))).toEqual({ centre: mine, collisions: [] });
  });
});
