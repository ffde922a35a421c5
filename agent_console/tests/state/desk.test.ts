import { describe, expect, it } from "vitest";
import { asNow, dialable, isBusy, people, targets } from "@/state/directory";
import { columns, found, isLeaf, pathTo } from "@/state/dispositions";
import { sentTo, unread } from "@/state/notices";
import { addressOf } from "@/state/page_links";
import { type Reading, qualityNow, qualityOf, withReading } from "@/state/quality";
import { numbersIn, withNumber } from "@/state/recent_numbers";
import { agentView } from "./views";

const say = (one: { name: { en: string } }) => one.name.en;
const notice = (id: string, at: number, urgent = false, read_by: string[] = []) => ({ id, at, by: "s", by_name: "Zhou", to: ["8001"], read_by, text: "x", urgent });
const reading = (given: Partial<Reading>): Reading => ({ at: 10, received: 500, lost: 0, jitter_s: 0.004, round_trip_s: 0.03, sent_lost: 0, ...given });
const name = (zh: string) => ({ "zh-CN": zh, en: zh });
const ids = (list: { id: string }[]) => list.map((one) => one.id);

describe("the directory", () => {
  const agents = {
    "8002": agentView({ id: "8002", state: "talking" }),
    "8003": agentView({ id: "8003", state: "ready" }),
    "8004": agentView({ id: "8004", state: "paused" }),
  };
  const names = {
    agents: [{ id: "8001", name: "Li Min" }, { id: "8002", name: "Wang Qiang" }, { id: "8003", name: "Sofia" }, { id: "8004", name: "Chen" }],
    queues: [{ id: "sales", name: "Sales" }],
  };
  const kinds = (text: string) => targets(names, agents, {}, "8001", text).map(({ target }) => `${target.kind}:${target.id}`);

  it("has who is free first and never oneself", () => {
    expect(people(names.agents, agents, "8001").map((one) => one.id)).toEqual(["8003", "8002", "8004"]);
  });

  it("rings the extension of somebody who takes no calls", () => {
    expect(kinds("")).toEqual(["agent:8003", "agent:8002", "extension:8004", "queue:sales"]);
    expect(isBusy(agents["8002"])).toBe(true);
    expect(isBusy(agents["8004"])).toBe(false);
    expect(isBusy(null)).toBe(false);
  });

  it("tells of whoever was chosen what they do now", () => {
    const [busy] = targets(names, agents, {}, "8001", "8002");
    const [line] = targets(names, agents, {}, "8001", "sal");
    if (!busy || !line) throw new Error("nobody was found");
    const free = { ...agents, "8002": agentView({ id: "8002", state: "ready" }) };
    expect(isBusy(asNow(busy, agents).agent)).toBe(true);
    expect(isBusy(asNow(busy, free).agent)).toBe(false);
    expect(asNow(busy, { ...agents, "8002": agentView({ id: "8002", state: "paused" }) }).target).toEqual({ kind: "extension", id: "8002" });
    expect(asNow(line, agents)).toBe(line);
  });

  it("is searched by name and number, and takes a number that is typed", () => {
    expect(kinds("wang")).toEqual(["agent:8002"]);
    expect(kinds("sal")).toEqual(["queue:sales"]);
    expect(kinds("138 0013-8000")).toEqual(["number:13800138000"]);
    expect(kinds("8002")).toEqual(["agent:8002"]);
  });

  it("lets nothing through that is no number", () => {
    expect(dialable("+86 (138) 0013.8000")).toBe("+8613800138000");
    for (const text of ["", "1", "abc", "138*&PJSIP/trunk", "138\r\n00", "138****8000a"]) expect(dialable(text), text).toBe("");
  });
});

describe("dispositions", () => {
  const all = [
    { id: "fault", name: name("Fault"), parent: null },
    { id: "power", name: name("No power"), parent: "fault" },
    { id: "noise", name: name("Noise"), parent: "fault" },
    { id: "praise", name: name("Praise"), parent: null },
  ];

  it("open column by column", () => {
    expect(columns(all, "").map(ids)).toEqual([["fault", "praise"]]);
    expect(columns(all, "fault").map(ids)).toEqual([["fault", "praise"], ["power", "noise"]]);
    expect(columns(all, "noise").map(ids)).toEqual([["fault", "praise"], ["power", "noise"]]);
  });

  it("are chosen as leaves, with the way to them", () => {
    expect([isLeaf(all, "fault"), isLeaf(all, "noise"), isLeaf(all, "praise")]).toEqual([false, true, true]);
    expect(ids(pathTo(all, "noise"))).toEqual(["fault", "noise"]);
    expect(pathTo(all, "gone")).toEqual([]);
  });

  it("do not hang on entries that are each other's parent", () => {
    const loop = [{ id: "a", name: name("a"), parent: "b" }, { id: "b", name: name("b"), parent: "a" }];
    expect(ids(pathTo(loop, "a"))).toEqual(["b", "a"]);
  });

  it("are found by any word of the way to them", () => {
    expect(ids(found(all, "fault noi", say))).toEqual(["noise"]);
    expect(ids(found(all, "", say))).toEqual(["power", "noise", "praise"]);
  });
});

describe("the company's pages", () => {
  it("get every placeholder URL-encoded, and keep what is no placeholder", () => {
    const facts = { caller: "+86 138&x=1", customer: "王强", agent: "8001", queue: "q", interaction: "cc1-1.2", tier: "A", dialled: "400" };
    expect(addressOf("https://crm/?t={caller}&c={customer}&x={nothing}", facts)).toBe("https://crm/?t=%2B86%20138%26x%3D1&c=%E7%8E%8B%E5%BC%BA&x={nothing}");
  });
});

describe("messages from supervisors", () => {
  const all = { a: notice("a", 1), b: notice("b", 2, true), c: notice("c", 3, false, ["8001"]), d: { ...notice("d", 4), to: ["8002"] } };
  it("are unread until this agent has read them, urgent ones first", () => {
    expect(unread(all, "8001").map((one) => one.id)).toEqual(["b", "a"]);
    expect(sentTo(all, "8001").map((one) => one.id)).toEqual(["c", "b", "a"]);
    expect(unread(undefined, "8001")).toEqual([]);
  });
});

describe("how a talk sounds", () => {
  const before = reading({});
  const after = (given: Partial<Reading>) => qualityOf(before, reading({ at: 16, received: 800, ...given }));

  it("is good while little is lost and nothing is late", () => {
    expect(after({})).toEqual({ grade: "good", trouble: "", round_trip_ms: 30, jitter_ms: 4, lost: 0, sent_lost: 0 });
  });

  it("names what is wrong, the worst first", () => {
    expect(after({ lost: 10 })).toMatchObject({ grade: "fair", trouble: "loss" });
    expect(after({ lost: 60 })).toMatchObject({ grade: "poor", trouble: "loss" });
    expect(after({ round_trip_s: 0.3 })).toMatchObject({ grade: "fair", trouble: "delay" });
    expect(after({ round_trip_s: 0.3, jitter_s: 0.1 })).toMatchObject({ grade: "poor", trouble: "jitter" });
    expect(after({ sent_lost: 0.2 })).toMatchObject({ grade: "poor", trouble: "sending" });
  });

  it("says when no sound arrives at all", () => {
    expect(after({ received: 500 })).toMatchObject({ grade: "poor", trouble: "nothing" });
  });

  it("is judged over the last readings, anew when the counters begin anew", () => {
    expect(qualityNow([])).toBeNull();
    const many = [1, 2, 3, 4, 5, 6].reduce<readonly Reading[]>((all, i) => withReading(all, reading({ at: i * 2, received: i * 100 })), []);
    expect(many).toHaveLength(4);
    expect(qualityNow(many)?.grade).toBe("good");
    expect(withReading(many, reading({ at: 14, received: 3 }))).toHaveLength(1);
  });
});

describe("numbers dialled lately", () => {
  it("are kept newest first, each once, at most eight", () => {
    expect(withNumber(["1", "2"], "2")).toEqual(["2", "1"]);
    expect(withNumber("abcdefgh".split(""), "i")).toHaveLength(8);
    expect(numbersIn("138,,x<script>,+8613")).toEqual(["138", "+8613"]);
  });
});
