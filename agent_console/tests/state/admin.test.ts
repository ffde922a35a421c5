import { describe, expect, it } from "vitest";
import { auditFile, sentence } from "@/state/audit";
import { failedRows, fileProblem, mappingProblem, willImport } from "@/state/import";
import { changedRoles, granted, grouped, rebased, scopeIn } from "@/state/roles";
import { outcomeOf, sent, trunkState } from "@/state/trunks";
import { foundUsers, holderOf, keptBecause, usernameProblem } from "@/state/users";
import { adminEn } from "@/text/admin.en";
import { adminZhCn } from "@/text/admin.zh-CN";
import type { ImportPreview, RoleEntry, UserAccount } from "@/wire/admin";
import type { AuditEntry } from "@/wire/types";

const user = (username: string, given: Partial<UserAccount> = {}): UserAccount => ({
  username, name: username.toUpperCase(), role: "agent", agent: null, groups: [], language: "en", active: true, last_sign_in_at: null, ...given,
});
const people = [user("boss", { role: "administrator" }), user("wang", { agent: "8001" }), user("old", { active: false, agent: "8002" })];

const foundNames = (text: string, inactive = false) => foundUsers(people, { text, role: "", inactive }, (id) => (id === "8001" ? "Xiaoming" : "")).map((one) => one.username);

describe("users", () => {
  it("are found by name, user name, agent and agent's name; inactive ones when asked for", () => {
    expect([foundNames(""), foundNames("xiao"), foundNames("8002"), foundNames("8002", true)]).toEqual([["boss", "wang"], ["wang"], [], ["old"]]);
  });

  it("cannot lose the last administrator, nor themselves", () => {
    const two = [...people, user("chief", { role: "administrator" })];
    expect(keptBecause(people[0]!, people, "wang")).toEqual({ role: "last", active: "last" });
    expect(keptBecause(people[0]!, two, "boss")).toEqual({ role: "oneself", active: "oneself" });
    expect(keptBecause(people[0]!, two, "chief")).toEqual({ role: "", active: "" });
  });

  it("have names of their own and one agent each", () => {
    expect(["wang", "Li Na", "li.na"].map((name) => usernameProblem(name, people))).toEqual(["taken", "form", ""]);
    expect(holderOf("8001", people, "boss")?.username).toBe("wang");
    expect([holderOf("8001", people, "wang"), holderOf("8002", people, "boss")]).toEqual([undefined, undefined]);
  });
});

const role = (id: string, grants: RoleEntry["grants"], kept: RoleEntry["kept"] = []): RoleEntry => ({ id, name: { "zh-CN": id, en: id }, grants, built_in: true, changed: false, kept });
const roles = [role("agent", { see_calls: "own" }), role("administrator", { see_calls: "all", edit_users: "all" }, ["edit_users"])];

describe("the matrix of roles", () => {
  it("changes one cell and leaves what is kept", () => {
    const next = granted(granted(roles, "agent", "see_calls", "group"), "administrator", "edit_users", "");
    expect(next.map((one) => scopeIn(one, "see_calls"))).toEqual(["group", "all"]);
    expect(scopeIn(next[1]!, "edit_users")).toBe("all");
    expect(changedRoles(roles, next).map((one) => one.id)).toEqual(["agent"]);
    expect(changedRoles(roles, granted(next, "agent", "see_calls", "own"))).toEqual([]);
  });

  it("takes a permission away and gives it back in its place", () => {
    expect(granted(roles, "agent", "see_calls", "")[0]?.grants).toEqual({});
  });

  it("makes my changes again on somebody else's, cell by cell", () => {
    const mine = granted(roles, "agent", "listen", "group");
    const theirs = granted(roles, "agent", "see_calls", "all");
    expect(rebased(roles, mine, theirs)[0]?.grants).toEqual({ see_calls: "all", listen: "group" });
    expect(rebased(roles, [...roles, role("coach", {})], roles).map((one) => one.id)).toEqual(["agent", "administrator", "coach"]);
    expect(rebased(roles, mine, roles.slice(1)).map((one) => one.id)).toEqual(["administrator"]);
  });

  it("shows what only the server knows at the end", () => {
    const groups = grouped(["take_calls", "edit_users", "fly" as "export"]);
    expect(groups.map(({ group, permissions }) => [group, permissions])).toEqual([["work", ["take_calls"]], ["administer", ["edit_users", "fly"]]]);
  });
});

describe("trunks", () => {
  it("tell their state in our words, whatever the telephone system calls it", () => {
    expect(["Registered", "Rejected", "Unavail", "Avail", ""].map((state) => trunkState({ state }))).toEqual(["registered", "rejected", "unreachable", "reachable", "unknown"]);
  });

  it("send no password that was not typed", () => {
    const form = { host: "h", port: 5060, transport: "udp" as const, username: "u", register: true, match: [], caller_number: "" };
    expect("password" in sent({ ...form, password: "" })).toBe(false);
    expect(sent({ ...form, password: "x" }).password).toBe("x");
  });

  it("say of a test call whether the trunk works", () => {
    expect(["ANSWER", "NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION", "odd"].map(outcomeOf)).toEqual(["answered", "rang", "busy", "unreachable", "refused", "failed"]);
  });
});

describe("importing customers", () => {
  const preview: ImportPreview = {
    import: "i", columns: [], rows: 10, new: 6, changed: 2,
    duplicates: [{ row: 2, customer: "A", why: "number" }, { row: 3, customer: "B", why: "number" }],
    errors: [
      { row: 4, column: "Phone", message: "no number", text: { "zh-CN": "不是号码", en: "no number" } },
      { row: 4, column: "Name", message: "empty", text: { "zh-CN": "不能为空", en: "empty" } },
    ],
  };

  it("takes spreadsheets of a bearable size", () => {
    expect([fileProblem({ name: "a.XLSX", size: 1 }), fileProblem({ name: "a.xls", size: 1 }), fileProblem({ name: "a.csv", size: 3e7 })]).toEqual(["", "type", "size"]);
  });

  it("needs a name, and no field twice but numbers", () => {
    expect(mappingProblem({ a: "number" }).word).toBe("name");
    expect(mappingProblem({ a: "name", b: "name" })).toEqual({ word: "twice", field: "name" });
    expect(mappingProblem({ a: "name", b: "number", c: "numbers", d: "numbers", e: "", f: "" }).word).toBe("");
  });

  it("counts what will be written", () => {
    expect([willImport(preview, "skip"), willImport(preview, "update")]).toEqual([6, 8]);
  });

  it("gives the failed rows as a file that opens in Excel", () => {
    expect(failedRows(preview.errors, ["Row", "Column", "What"], "en")).toBe("\uFEFFRow,Column,What\r\n4,Phone,No number\r\n4,Name,Empty\r\n");
  });
});

const entry = (action: string, given: Partial<AuditEntry> = {}): AuditEntry => ({ id: 1, at: 0, by: "boss", action, target: "8001", address: "", details: {}, ...given });

describe("the audit", () => {
  const names = { agent: (id: string) => (id === "8001" ? "Wang" : ""), queue: (id: string) => (id === "sales" ? "Sales" : "") };
  const tell = (one: AuditEntry, texts: typeof adminEn | typeof adminZhCn = adminEn) =>
    sentence(one, { acts: texts.acts, otherAct: texts.otherAct, states: texts.states, system: texts.audit.system }, names);

  it("reads as sentences with people's names", () => {
    expect(tell(entry("force_agent", { details: { to: "paused", reason: "lunch" } }))).toBe("boss set agent 8001 Wang to paused (lunch)");
    expect(tell(entry("move_waiter", { target: "cc1-1.2", details: { to: "queue", id: "sales" } }))).toContain("Sales");
    expect(tell(entry("sign_in", { target: "" }), adminZhCn)).toBe("boss 登录");
  });

  it("leaves out what an entry does not tell, and shows acts it does not know as they are", () => {
    for (const texts of [adminEn, adminZhCn]) {
      for (const action of Object.keys(texts.acts)) expect(tell(entry(action, { target: "" }), texts)).not.toMatch(/undefined|null|\[object/);
    }
    expect(tell(entry("fly", { by: "" }))).toBe("the system: fly – 8001");
  });

  it("goes into a file with its facts", () => {
    expect(auditFile([entry("cut_call", { details: { a: 1 } })], ["at"], () => "told")).toContain('1970-01-01T00:00:00.000Z,boss,told,cut_call,8001,,"{""a"":1}"');
  });
});
