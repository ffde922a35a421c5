import { describe, expect, it } from "vitest";
import { listensTo, obstacle, type Standing } from "@/state/floor_acts";
import { couldServe, counted, found, ordered, talkOf } from "@/state/floor_agents";
import { newestFirst, reached, unreadBy } from "@/state/floor_notices";
import { byUrgency, keptOrder, queueNow } from "@/state/floor_queues";
import { grid, pageAt, pagesOf, ROTATE_EVERY_S, together } from "@/state/floor_wall";
import type { QueueView } from "@/wire/types";
import { dayOf, queueView } from "./queue_views";
import { agentView, callView } from "./views";

const TARGET = { service_level_s: 20, service_level_target: 80 };
const at = (queue: QueueView, level: number | null = null) => queueNow(queue, dayOf({ queue: queue.id, service_level: level }), TARGET, 200);

describe("the queues", () => {
  it("come by what needs attention: nobody there, too long, nobody ready, level below target", () => {
    const queues = [
      at(queueView({ id: "calm" }), 0.95),
      at(queueView({ id: "low" }), 0.5),
      at(queueView({ id: "stuck", waiting: 1, longest_since: 190, ready: 0 }), 0.95),
      at(queueView({ id: "late", waiting: 1, longest_since: 170 }), 0.95),
      at(queueView({ id: "alone", waiting: 1, longest_since: 195, staffed: 0, ready: 0 }), 0.95),
    ];
    expect(byUrgency(queues).map((one) => one.queue.id)).toEqual(["alone", "late", "stuck", "low", "calm"]);
  });

  it("keep their places while they are equal, closed ones last", () => {
    const queues = [at(queueView({ id: "shut", open: false })), at(queueView({ id: "b" })), at(queueView({ id: "a" }))];
    expect(byUrgency(queues).map((one) => one.queue.id)).toEqual(["b", "a", "shut"]);
  });

  it("are measured against the target of the centre", () => {
    expect(at(queueView({ id: "q" }), 0.79).mark).toBe("near");
    expect(queueNow(queueView({ id: "q" }), undefined, { ...TARGET, service_level_s: 30 }, 200)).toMatchObject({ target_s: 30, target: 0.8, mark: "none" });
  });

  it("stand still under the mouse: new ones come last, gone ones leave", () => {
    expect(keptOrder(["a", "b", "c"], ["c", "d", "a"], true)).toEqual(["a", "c", "d"]);
    expect(keptOrder(["a", "b"], ["b", "a"], false)).toEqual(["b", "a"]);
  });
});

describe("the agents", () => {
  const li = agentView({ id: "8001", name: "Li Min", groups: ["day"], queues: ["service"], state: "talking", interaction: "c1", since: 50, calls_today: 4 });
  const wang = agentView({ id: "8002", name: "Wang Qiang", groups: ["night"], queues: ["service", "sales"], state: "paused", intent: "paused", since: 20, calls_today: 9 });
  const tom = agentView({ id: "8003", name: "Tom Baker", queues: ["sales"], state: "ready", since: 90 });
  const all = [li, wang, tom];
  const none = { text: "", group: "", queue: "", state: "" } as const;
  const ids = (agents: typeof all) => agents.map((agent) => agent.id);

  it("are found by every word typed, in name, number and what is shown of them", () => {
    expect(ids(found(all, { ...none, text: "800 qi" }, () => ""))).toEqual(["8002"]);
    expect(ids(found(all, { ...none, text: "emily" }, (agent) => (agent.id === "8001" ? "Emily Stone" : "")))).toEqual(["8001"]);
  });

  it("are found by group, queue and kind of state", () => {
    expect(ids(found(all, { ...none, queue: "sales" }, () => ""))).toEqual(["8002", "8003"]);
    expect(ids(found(all, { ...none, group: "night" }, () => ""))).toEqual(["8002"]);
    expect(ids(found(all, { ...none, state: "talking" }, () => ""))).toEqual(["8001"]);
    expect(counted(all).filter((one) => one.count)).toEqual([{ group: "ready", count: 1 }, { group: "talking", count: 1 }, { group: "paused", count: 1 }]);
  });

  it("are ordered as chosen, either way round", () => {
    expect(ids(ordered(all, "name", false))).toEqual(["8001", "8003", "8002"]);
    expect(ids(ordered(all, "since", false))).toEqual(["8002", "8001", "8003"]);
    expect(ids(ordered(all, "calls", true))).toEqual(["8003", "8001", "8002"]);
  });

  it("who could help a queue: the paused before those in wrap-up", () => {
    const wrap = agentView({ id: "8004", state: "wrap_up", since: 1 });
    expect(ids(couldServe([...all, wrap], "service"))).toEqual(["8002", "8004"]);
  });

  it("are in a talk while the call has one, not in wrap-up", () => {
    const calls = { c1: callView({ id: "c1", phase: "conference" }) };
    expect(talkOf(li, calls)?.id).toBe("c1");
    expect(talkOf({ ...li, state: "wrap_up" }, calls)).toBeNull();
    expect(talkOf({ ...li, interaction: "" }, calls)).toBeNull();
  });
});

describe("what a supervisor can do", () => {
  const agent = agentView({ id: "8001", state: "talking", interaction: "c1" });
  const own = agentView({ id: "8900", state: "paused", intent: "paused" });
  const fine: Standing = { agent, talk: callView({ id: "c1" }), own, live: true, may: () => true };
  const why = (act: Parameters<typeof obstacle>[0], given: Partial<Standing>) => obstacle(act, { ...fine, ...given });

  it("is to listen, when the agent talks and the own phone is within reach and free", () => {
    expect(why("listen", {})).toBe("");
    expect(why("listen", { talk: null })).toBe("no_talk");
    expect(why("listen", { own: null })).toBe("no_phone");
    expect(why("listen", { own: { ...own, intent: "signed_out" } })).toBe("phone_off");
    expect(why("listen", { own: { ...own, reachable: false } })).toBe("phone_gone");
    expect(why("listen", { own: { ...own, state: "talking", interaction: "c2" } })).toBe("own_call");
    expect(why("listen", { own: { ...own, state: "other_call" } })).toBe("own_call");
    expect(why("listen", { agent: own })).toBe("oneself");
    expect(why("listen", { talk: callView({ id: "c1", phase: "reconnecting" }) })).toBe("reconnecting");
  });

  it("is to change how one listens without a free phone, and to join in while the customer hears", () => {
    const listening = { own: { ...own, listens_to: "8001", state: "talking" as const, interaction: "c1" } };
    expect(why("whisper", listening)).toBe("");
    expect(why("barge", listening)).toBe("");
    expect(why("barge", { ...listening, talk: callView({ id: "c1", phase: "held" }) })).toBe("customer_held");
    expect(why("listen", { ...listening, talk: callView({ id: "c1", phase: "held" }) })).toBe("");
    expect(why("take_over", { ...listening, talk: callView({ id: "c1", phase: "consulting" }) })).toBe("consulting");
  });

  it("is to take over whom one listens to", () => {
    expect(why("take_over", {})).toBe("not_listening");
    expect(why("take_over", { own: { ...own, listens_to: "8001" } })).toBe("");
    expect(listensTo({ agent, own: { ...own, listens_to: "8002" } })).toBe(false);
  });

  it("is nothing without the right, and nothing while the picture is not live", () => {
    expect(why("hang_up", { may: (right) => right !== "force_calls" })).toBe("forbidden");
    expect(why("message", { live: false })).toBe("not_live");
  });

  it("is to force another state than the one that is wanted already", () => {
    expect(why("ready", {})).toBe("is_ready");
    expect(why("ready", { agent: { ...agent, state: "backing_off" } })).toBe("");
    expect(why("paused", {})).toBe("");
    expect(why("paused", { agent: { ...agent, intent: "paused" } })).toBe("is_paused");
    expect(why("signed_out", { agent: { ...agent, intent: "signed_out" } })).toBe("is_off");
    expect(why("hang_up", { talk: null })).toBe("no_talk");
  });
});

describe("messages to agents", () => {
  const agents = [
    agentView({ id: "8001", groups: ["day"] }),
    agentView({ id: "8002", groups: ["day"], intent: "signed_out", state: "signed_out" }),
    agentView({ id: "8003", queues: ["sales"] }),
  ];
  const ids = (to: Parameters<typeof reached>[0]) => reached(to, agents).map((agent) => agent.id);

  it("reach those at work, and those who are named", () => {
    expect(ids({ kind: "everybody" })).toEqual(["8001", "8003"]);
    expect(ids({ kind: "group", id: "day" })).toEqual(["8001"]);
    expect(ids({ kind: "queue", id: "sales" })).toEqual(["8003"]);
    expect(ids({ kind: "agents", ids: ["8002"] })).toEqual(["8002"]);
  });

  it("tell who has not read them, newest first", () => {
    const notice = { id: "n1", at: 10, by: "s", by_name: "S", to: ["8001", "8003"], read_by: ["8003"], text: "x", urgent: false };
    expect(unreadBy(notice)).toEqual(["8001"]);
    expect(newestFirst([notice, { ...notice, id: "n2", at: 20 }]).map((one) => one.id)).toEqual(["n2", "n1"]);
  });
});

describe("the wall", () => {
  it("fits as many queues as can be read across a room", () => {
    expect(grid(1, 1920, 900)).toEqual({ columns: 1, rows: 1 });
    expect(grid(4, 1920, 900)).toEqual({ columns: 2, rows: 2 });
    expect(grid(6, 1920, 900)).toEqual({ columns: 3, rows: 2 });
    expect(grid(20, 1920, 900)).toEqual({ columns: 3, rows: 2 });
    expect(grid(3, 1920, 900)).toEqual({ columns: 3, rows: 1 });
    expect(grid(5, 1920, 900)).toEqual({ columns: 3, rows: 2 });
    expect(grid(3, 500, 300)).toEqual({ columns: 1, rows: 1 });
  });

  it("turns its pages by the clock", () => {
    expect(pagesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect([0, ROTATE_EVERY_S, 2 * ROTATE_EVERY_S, 3 * ROTATE_EVERY_S].map((now) => pageAt(now, 3))).toEqual([0, 1, 2, 0]);
    expect(pageAt(999, 1)).toBe(0);
  });

  it("sums the queues: 45 within 20 s of 60 offered less 10 short ones is 90 %", () => {
    const sums = together(
      [queueView({ id: "a", waiting: 2, longest_since: 150 }), queueView({ id: "b", waiting: 1, longest_since: 120 }), queueView({ id: "c" })],
      [dayOf({ queue: "a", offered: 40, abandoned_short: 10, answered_within: 30 }), dayOf({ queue: "b", offered: 20, answered_within: 15 })],
    );
    expect(sums).toMatchObject({ waiting: 3, longest_since: 120, offered: 60, service_level: 0.9 });
    expect(together([], []).service_level).toBeNull();
  });
});
