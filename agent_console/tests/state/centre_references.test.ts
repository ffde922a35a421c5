import { describe, expect, it } from "vitest";
import { placeOf, problemsAt, worded } from "@/state/centre_problems";
import { limitsAt, newEntry, shapeProblems } from "@/state/centre_schema";
import { at, put, steps, type WholeQueue, written } from "@/state/centre_shape";
import { nameProblem, servedBy, usesOf, without } from "@/state/centre_uses";
import { listed, secondsOf, secondsText } from "@/state/centre_numbers";
import { centreEn } from "@/text/centre.en";
import { centreZhCn } from "@/text/centre.zh-CN";
import { centre, schema } from "./centre_fixture";

describe("who refers to what", () => {
  it("names every place of a queue: agents, destinations, mailboxes", () => {
    expect(usesOf(centre, "queues", "sales").map((use) => written(use.path))).toEqual(["agents[0].queues", "alerts[0].queue", "queues[1].instead.full", "rules[0].to"]);
  });

  it("takes a deleted skill out of agents and queues", () => {
    const rest = without(centre, "skills", "english");
    expect([rest.skills, rest.agents[0]?.skills, rest.queues[0]?.skills]).toEqual([[], {}, {}]);
    expect(centre.queues[0]?.skills).toEqual({ english: 3 });
  });

  it("leaves destinations for somebody to decide, and frees rosters", () => {
    expect(without(centre, "queues", "sales").rules[0]?.to.id).toBe("sales");
    const rest = without(centre, "rosters", "office");
    expect([rest.agents[1]?.roster, rest.rules[1]?.closed]).toEqual([null, null]);
  });

  it("knows who serves a queue, named or by group", () => {
    expect(servedBy(centre, centre.queues[1] as WholeQueue)).toEqual([{ agent: "8002", by: "seniors" }]);
  });

  it("refuses ids that are taken or of the wrong form", () => {
    expect([nameProblem(centre, "queues", "sales"), nameProblem(centre, "queues", "Sales"), nameProblem(centre, "agents", "80"), nameProblem(centre, "tiers", "A")]).toEqual(["taken", "form", "form", ""]);
  });
});

describe("the schema", () => {
  it("fills in what a new queue does not say", () => {
    expect(newEntry<WholeQueue>(schema, ["queues"], { id: "x", name: {} })).toMatchObject({ ring_s: 20, groups: [], instead: { full: null } });
    expect(limitsAt(schema, ["queues", 0, "ring_s"])).toEqual({ min: 5, max: 120, usual: 20 });
  });

  it("gives every new entry values of its own", () => {
    const [one, other] = [0, 1].map(() => newEntry<WholeQueue>(schema, ["queues"], { id: "x" }));
    expect(one?.groups).not.toBe(other?.groups);
  });

  it("finds what has the wrong form, with its path", () => {
    expect(shapeProblems(schema, centre)).toEqual([]);
    const wrong = put(put(put(centre, ["queues", 0, "ring_s"], 3), ["queues", 1, "name", "en"], " "), ["agents", 0, "name"], "");
    expect(shapeProblems(schema, wrong).map(({ path, word }) => [path, word])).toEqual([["agents[0].name", "empty"], ["queues[0].ring_s", "range"], ["queues[1].name", "language"]]);
  });

  it("names what is missing and what is no field", () => {
    const found = shapeProblems(schema, { queues: [{ id: "x", nmae: 1 }] });
    expect(found.map(({ path, word }) => [path, word])).toEqual([["queues[0].name", "missing"], ["queues[0].nmae", "unknown"]]);
  });
});

describe("problems", () => {
  it("are found at their field and inside it, not at a longer name", () => {
    const problems = ["queues[1].skills.english", "queues[1].skills", "queues[10].skills"].map((path) => ({ path, message: "" }));
    expect(problemsAt(problems, "queues[1].skills")).toHaveLength(2);
    expect(problemsAt(problems, "queues[1]")).toHaveLength(2);
  });

  it("lead to the entry where they are mended", () => {
    expect(placeOf(centre, "queues[1].survey")).toEqual({ section: "queues", entry: "support" });
    expect(placeOf(centre, "document.zone")).toEqual({ section: "centre", entry: "" });
    expect(at(centre, steps("queues[0].exits.1.id"))).toBe("support");
  });

  it("say in the reader's language what is allowed", () => {
    const problem = { path: "agents[0].id", word: "pattern", given: { "zh-CN": "3 到 6 位数字", en: "three to six digits" } } as const;
    expect(worded(problem, centreEn.shape, "en").message).toBe("Allowed: three to six digits.");
    expect(worded(problem, centreZhCn.shape, "zh-CN").message).toContain("3 到 6 位数字");
  });
});

describe("what people type", () => {
  it("is a duration in m:ss, h:mm:ss or seconds", () => {
    expect(["1:30", "90", "1:00:00", "１:30", "x", ""].map(secondsOf)).toEqual([90, 90, 3600, null, null, null]);
    expect(["0：45"].map(secondsOf)).toEqual([45]);
    expect([45, 90, 3600, 86_400].map(secondsText)).toEqual(["0:45", "1:30", "1:00:00", "24:00:00"]);
  });

  it("is a list with commas of either kind, each number once", () => {
    expect(listed("138， 139,138\n 021")).toEqual(["138", "139", "021"]);
  });
});
