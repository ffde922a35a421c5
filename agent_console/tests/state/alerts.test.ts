import { describe, expect, it } from "vitest";
import { nothingWatched, type Picture, stillSeen, unseen, type Watch, watched } from "@/state/alerts";
import type { Alert, Floor, QueueView } from "@/wire/types";
import { queueView } from "./queue_views";
import { agentView, floorOf } from "./views";

const WAIT: Alert = { id: "wait", kind: "longest_wait", limit: 60 };
const LEVEL: Alert = { id: "level", kind: "service_level", limit: 80, sound: false };
const MANY: Alert = { id: "many", kind: "waiting", queue: "service", limit: 3 };
const NOBODY: Alert = { id: "nobody", kind: "nobody_ready", limit: 10 };

function floorWith(...queues: QueueView[]): Floor {
  return { ...floorOf([agentView({ id: "8001", state: "talking", since: 190 })]), queues: Object.fromEntries(queues.map((one) => [one.id, one])) };
}
const picture = (rules: Alert[], floor: Floor, levels: Picture["levels"] = {}): Picture => ({ rules, floor, levels });
const after = (given: Picture, now: number, before: Watch = nothingWatched) => watched(before, given, now);

describe("alerts", () => {
  it("tell a wait longer than the limit, for every queue when the rule names none", () => {
    const floor = floorWith(queueView({ id: "service", waiting: 1, longest_since: 100 }), queueView({ id: "sales", waiting: 1, longest_since: 150 }));
    expect(after(picture([WAIT], floor), 160).alerts).toEqual([]);
    const [alert, ...others] = after(picture([WAIT], floor), 175).alerts;
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ key: "wait/service", queue: "service", value: 75, limit: 60, since: 160, sound: true });
  });

  it("tell a service level below the limit as shares, and none while nothing is counted", () => {
    const floor = floorWith(queueView({ id: "service" }), queueView({ id: "sales" }));
    const told = after(picture([LEVEL], floor, { service: 0.79, sales: null }), 200);
    expect(told.alerts).toMatchObject([{ key: "level/service", value: 0.79, limit: 0.8, since: 200, sound: false }]);
    expect(after(picture([LEVEL], floor, { service: 0.8 }), 200).alerts).toEqual([]);
  });

  it("tell more callers than the limit, in the queue that is named", () => {
    const floor = floorWith(queueView({ id: "service", waiting: 4 }), queueView({ id: "sales", waiting: 9 }));
    expect(after(picture([MANY], floor), 200).alerts.map((one) => [one.queue, one.value])).toEqual([["service", 4]]);
    expect(after(picture([MANY], floorWith(queueView({ id: "service", waiting: 3 }))), 200).alerts).toEqual([]);
  });

  it("tell that nobody is ready once that has lasted while somebody waits", () => {
    const stuck = floorWith(queueView({ id: "service", waiting: 1, longest_since: 150, ready: 0 }));
    const first = after(picture([NOBODY], stuck), 195);
    expect(first.unserved).toEqual({ service: 190 });
    expect(first.alerts).toEqual([]);
    expect(after(picture([NOBODY], stuck), 201, first).alerts).toMatchObject([{ kind: "nobody_ready", value: 11, since: 200 }]);
    const free = floorWith(queueView({ id: "service", waiting: 1, longest_since: 150, ready: 1 }));
    expect(after(picture([NOBODY], free), 210, first).unserved).toEqual({});
  });

  it("do not begin anew when an agent's state changes while nobody is ready", () => {
    const before = { ...nothingWatched, unserved: { service: 120 } };
    const stuck = floorWith(queueView({ id: "service", waiting: 1, longest_since: 110, ready: 0 }));
    expect(after(picture([NOBODY], stuck), 200, before).alerts[0]?.value).toBe(80);
  });

  it("keep their beginning, and stand newest first", () => {
    const floor = floorWith(queueView({ id: "service", waiting: 4, longest_since: 100, ready: 1 }));
    const first = after(picture([MANY], floor), 120);
    const second = after(picture([MANY, WAIT], floor), 200, first);
    expect(second.alerts.map((one) => [one.rule, one.since])).toEqual([["wait", 160], ["many", 120]]);
  });

  it("that waver go on as the same alert, later ones are new", () => {
    const many = picture([MANY], floorWith(queueView({ id: "service", waiting: 4 })));
    const few = picture([MANY], floorWith(queueView({ id: "service", waiting: 3 })));
    const gone = after(few, 110, after(many, 100));
    expect(gone.alerts).toEqual([]);
    expect(stillSeen(["many/service"], gone)).toEqual(["many/service"]);
    expect(after(many, 130, gone).alerts[0]?.since).toBe(100);
    const long = after(few, 145, gone);
    expect(stillSeen(["many/service"], long)).toEqual([]);
    expect(after(many, 150, long).alerts[0]?.since).toBe(150);
  });

  it("are quiet once they were seen", () => {
    const watch = after(picture([MANY, WAIT], floorWith(queueView({ id: "service", waiting: 4, longest_since: 100 }))), 200);
    expect(unseen(watch, ["many/service"]).map((one) => one.rule)).toEqual(["wait"]);
  });
});
