import { describe, expect, it } from "vitest";
import { emptySchedule, lastDay, scheduleForm, scheduleProblems, sentSchedule } from "@/state/schedules";
import { readable, standing, standsSince, toneOf, urlIsWrong, webhookForm } from "@/state/webhooks";
import { sendingEn } from "@/text/sending.en";
import { sendingZhCn } from "@/text/sending.zh-CN";
import type { ScheduleEntry, WebhookEntry } from "@/wire/types";

const form = { ...emptySchedule("traffic", "en"), name: "Morning" };
const hook: WebhookEntry = {
  id: "whk_1", name: "CRM", url: "https://crm.example.com", active: true, masked: true, calls: true, queues: [], outcomes: [], failing_since: null,
  disabled_at: null, disabled_why: "", version: 1, changed_by: "", changed_at: 0, waiting: 0, given_up: 0, delivered_at: null,
};

describe("a schedule that is filled in", () => {
  it("wants a name, a report and a time of the day", () => {
    expect(scheduleProblems(form, false)).toEqual({});
    expect(Object.keys(scheduleProblems({ ...form, name: " ", report: "", at: "7:30" }, false))).toEqual(["name", "report", "at"]);
    expect(scheduleProblems({ ...form, at: "24:00" }, false).at?.word).toBe("atNeeded");
  });

  it("wants addresses that mail can reach, and a mail server", () => {
    const mail = { ...form, way: "mail" as const };
    expect(scheduleProblems(mail, true)).toEqual({ to: { word: "mailNeeded", about: "" } });
    expect(scheduleProblems({ ...mail, to: ["a@example.com", "b@ex ample"] }, true)).toEqual({ to: { word: "mailWrong", about: "b@ex ample" } });
    expect(scheduleProblems({ ...mail, to: ["a@example.com"] }, false).way?.word).toBe("noMail");
    expect(scheduleProblems({ ...form, way: "webhook" }, true).to?.word).toBe("webhookNeeded");
  });

  it("is sent without what is not chosen", () => {
    const sent = sentSchedule({ ...form, on: 9, to: ["a@example.com"], options: { queues: "service", agents: "8001", grain: "day", csat: "" } }, ["queues"]);
    expect([sent.on, sent.to, sent.options]).toEqual([1, [], { queues: "service", grain: "day" }]);
    expect([lastDay("week"), lastDay("month")]).toEqual([7, 31]);
  });

  it("is changed as it was read", () => {
    const entry: ScheduleEntry = { ...form, id: "sch_1", version: 4, changed_by: "zhao", changed_at: 1, next_at: 2, to: ["x"], way: "webhook" };
    expect(scheduleForm(entry)).toEqual({ ...form, version: 4, to: ["x"], way: "webhook" });
  });
});

describe("a webhook", () => {
  it("says how it stands and since when", () => {
    const stands = (part: Partial<WebhookEntry>) => standing({ ...hook, ...part });
    expect([stands({}), stands({ delivered_at: 5 }), stands({ failing_since: 7 }), stands({ active: false })]).toEqual(["unused", "good", "failing", "off"]);
    expect([stands({ active: false, disabled_why: "gone" }), stands({ active: false, disabled_why: "failing" })]).toEqual(["gone", "given_up"]);
    expect(standsSince({ ...hook, failing_since: 7 })).toBe(7);
    expect(standsSince({ ...hook, active: false, disabled_why: "gone", disabled_at: 9 })).toBe(9);
    expect([standsSince(hook), toneOf("gone"), webhookForm(hook).version]).toEqual([null, "alarm", 1]);
  });

  it("goes to an address that the server could take", () => {
    expect(["https://crm.example.com/x?y=1", "http://10.1.2.3"].map(urlIsWrong)).toEqual([false, false]);
    expect(["", "crm.example.com", "ftp://a.b", "https://me:secret@a.b", "https://a.b/#x", "https://a b"].every(urlIsWrong)).toBe(true);
  });

  it("shows what was sent as it is read best", () => {
    expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(readable("not json")).toBe("not json");
  });
});

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of schedules and webhooks", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(sendingZhCn).map(([path]) => path)).toEqual(leaves(sendingEn).map(([path]) => path));
    for (const [path, word] of [...leaves(sendingEn), ...leaves(sendingZhCn)]) expect(word, path).not.toBe("");
  });
});
