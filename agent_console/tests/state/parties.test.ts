import { describe, expect, it } from "vitest";
import { consultActs, partiesOf } from "@/state/parties";
import type { PartyView } from "@/wire/types";
import { callView } from "./views";

const consult = { to: { kind: "agent" as const, id: "8002" }, state: "talking" as const, since: 240, party: "8002", note: "" };
const asked = callView({ id: "c1", agent: "8001", caller: "1380", phase: "consulting", consult });
const party = (given: Partial<PartyView>): PartyView => ({ channel: "p1", role: "agent", who: "8002", since: 250, state: "joined", mode: null, ...given });
const told = (call: typeof asked, me = "8001") => partiesOf(call, me).map(({ kind, who, doing }) => `${kind} ${who} ${doing}`);

describe("the parties of a call", () => {
  it("are not told of a plain talk of two", () => {
    expect(partiesOf(callView({ id: "c1", agent: "8001" }), "8001")).toEqual([]);
    expect(partiesOf(null, "8001")).toEqual([]);
  });

  it("are the held customer and whoever is asked", () => {
    expect(told(asked)).toEqual(["customer 1380 held", "agent 8002 talking"]);
    expect(told({ ...asked, consult: { ...consult, state: "ringing" } })).toEqual(["customer 1380 held", "agent 8002 ringing"]);
  });

  it("name the queue while it still looks for somebody", () => {
    const call = { ...asked, consult: { ...consult, to: { kind: "queue" as const, id: "sales" }, party: "", state: "waiting" as const } };
    expect(told(call)).toEqual(["customer 1380 held", "queue sales waiting"]);
  });

  it("show whoever is asked the agent who asks", () => {
    expect(told(asked, "8002")).toEqual(["customer 1380 held", "agent 8001 talking"]);
  });

  it("are each shown once in a talk of three", () => {
    const three = { ...asked, phase: "conference" as const, parties: [party({}), party({ channel: "p2", role: "supervisor", who: "7001", state: "listening", mode: "listen" })] };
    expect(told(three)).toEqual(["customer 1380 talking", "agent 8002 talking", "supervisor 7001 listening"]);
  });
});

describe("what can be done with a consult", () => {
  it("is up to whoever has the call", () => {
    expect(consultActs(asked, "8001")).toEqual({ complete: true, share: true, back: true });
    expect(consultActs(asked, "8002")).toEqual({ complete: false, share: false, back: false });
    expect(consultActs(null, "8001").back).toBe(false);
  });

  it("is only going back while the other side rings", () => {
    expect(consultActs({ ...asked, consult: { ...consult, state: "ringing" } }, "8001")).toEqual({ complete: false, share: false, back: true });
  });

  it("is leaving a talk of three, but not leaving the customer with a supervisor", () => {
    const three = { ...asked, phase: "conference" as const, consult: null, parties: [party({ role: "external", who: "139" })] };
    expect(consultActs(three, "8001").complete).toBe(true);
    expect(consultActs({ ...three, parties: [party({ role: "supervisor", mode: "barge" })] }, "8001").complete).toBe(false);
  });
});
