import { describe, expect, it } from "vitest";
import { idleLine, type Line, type PhoneCall } from "@/state/line";
import { type Strip, stripOf } from "@/state/strip";
import { agentView, callView } from "./views";

const phone = (given: Partial<PhoneCall>): Line => ({
  registration: "registered",
  problem: "",
  call: { id: "1", direction: "in", stage: "ringing", number: "1380", since: 200, muted: false, onHold: false, auto: false, ...given },
});
const free: Line = { ...idleLine, registration: "registered" };
const offered = callView({ id: "c1", phase: "ringing", caller: "+8613800138000", offer: { id: "o1", agent: "8001", agents: ["8001"], device: "web", until: 300 } });
const ringing = agentView({ id: "8001", state: "ringing", interaction: "c1" });
const strip = (given: Partial<Parameters<typeof stripOf>[0]>) =>
  stripOf({ agent: ringing, call: offered, pop: null, line: free, live: true, ...given });

const works = ({ can }: Strip) => Object.entries(can).filter(([, on]) => on).map(([name]) => name);

describe("the softphone strip", () => {
  it("offers answer and reject while this browser rings, nothing else", () => {
    const shown = strip({ line: phone({}) });
    expect(shown.mood).toBe("ringing");
    expect(shown.offer).toBe("o1");
    expect(shown.caller).toBe("+8613800138000");
    expect(works(shown)).toEqual(["answer", "reject"]);
  });

  it("shows a call of the fallback queue although no engine tells about it", () => {
    const shown = strip({ agent: null, call: null, line: phone({ number: "13900000000" }), live: false });
    expect(shown).toMatchObject({ mood: "ringing", caller: "13900000000", interaction: "" });
    expect(shown.can.answer).toBe(true);
  });

  it("offers hold, mute and hang-up in a talk", () => {
    const talking = agentView({ id: "8001", state: "talking", interaction: "c1" });
    const shown = strip({ agent: talking, call: callView({ id: "c1", connected_at: 210 }), line: phone({ stage: "talking" }) });
    expect(works(shown)).toEqual(["hangUp", "hold", "mute", "keys"]);
    expect(shown.since).toBe(210);
  });

  it("can be hung up while it connects, and not again while it ends", () => {
    expect(strip({ line: phone({ stage: "connecting" }) }).can.hangUp).toBe(true);
    expect(works(strip({ line: phone({ stage: "ending" }) }))).toEqual([]);
  });

  it("connects, in step, as long as the agent hears the whisper and the caller is not there yet", () => {
    const whispered = strip({ line: phone({ stage: "talking" }) });
    expect(whispered).toMatchObject({ mood: "talking", connecting: true, outOfStep: false });
    expect(whispered.can).toMatchObject({ hangUp: true, hold: false, mute: true });
    const fallback = strip({ line: phone({ stage: "talking" }), live: false });
    expect(fallback).toMatchObject({ connecting: false });
    expect(fallback.can.hold).toBe(true);
  });

  it("tells which customer is being called back for the reserved agent", () => {
    const dialled = callView({ id: "c1", phase: "dialling", caller: "+8613800138000", callback: "b1", since: 150 });
    const reserved = agentView({ id: "8001", state: "reserved", interaction: "c1", since: 149 });
    const shown = strip({ agent: reserved, call: dialled });
    expect(shown).toMatchObject({ mood: "dialling", caller: "+8613800138000", queue: "service", callback: true, since: 150, outOfStep: false });
    expect(Object.values(shown.can)).not.toContain(true);
    expect(strip({ agent: { ...reserved, device: "desk" }, call: dialled }).mood).toBe("dialling");
    expect(strip({ agent: reserved, call: dialled, live: false }).mood).toBe("idle");
    expect(strip({ agent: reserved, call: { ...dialled, phase: "waiting" } }).mood).toBe("idle");
    expect(strip({ agent: reserved, call: dialled, line: phone({}) }).mood).toBe("ringing");
  });

  it("answers, holds, mutes and presses keys on the desk phone by way of the server", () => {
    const desk = { ...ringing, device: "desk" as const };
    expect(works(strip({ agent: desk }))).toEqual(["answer", "reject"]);
    const talk = callView({ id: "c1", agent: "8001", connected_at: 210 });
    const talking = strip({ agent: { ...desk, state: "talking" }, call: talk, deskMuted: true });
    expect(works(talking)).toEqual(["hangUp", "hold", "mute", "keys", "transfer"]);
    expect(talking).toMatchObject({ mood: "talking", remote: true, muted: true, onHold: false });
    const held = strip({ agent: { ...desk, state: "held" }, call: { ...talk, phase: "held" } });
    expect(held).toMatchObject({ mood: "held", onHold: true });
  });

  it("shows what another tab's telephone is doing", () => {
    const shown = strip({ line: { ...idleLine, registration: "elsewhere" } });
    expect(shown.mood).toBe("ringing");
    expect(shown.can.answer).toBe(false);
  });

  it("believes the engine only while it is live", () => {
    expect(strip({ agent: { ...ringing, device: "desk" }, live: false }).mood).toBe("idle");
  });

  it("is out of step when engine and telephone disagree about a talk", () => {
    const talking = agentView({ id: "8001", state: "talking", interaction: "c1" });
    expect(strip({ agent: talking }).outOfStep).toBe(true);
    expect(strip({ agent: talking, line: phone({ stage: "talking" }) }).outOfStep).toBe(false);
    expect(strip({ agent: talking, line: phone({ stage: "ending" }) }).outOfStep).toBe(false);
    expect(strip({ agent: { ...talking, state: "ready" }, line: phone({ stage: "talking" }) }).outOfStep).toBe(true);
    expect(strip({ agent: talking, live: false }).outOfStep).toBe(false);
    expect(strip({ agent: { ...talking, device: "desk" } }).outOfStep).toBe(false);
  });

  const talks = agentView({ id: "8001", state: "talking", interaction: "c1" });
  const up = phone({ stage: "talking" });

  it("lets only whoever has the call give it away, and not while the customer is being fetched", () => {
    const call = callView({ id: "c1", agent: "8001", connected_at: 210 });
    expect(strip({ agent: talks, call, line: up }).can.transfer).toBe(true);
    expect(strip({ agent: talks, call: { ...call, agent: "8002" }, line: up }).can.transfer).toBe(false);
    expect(strip({ agent: talks, call, line: up, live: false }).can.transfer).toBe(false);
    expect(strip({ agent: talks, call: { ...call, phase: "consulting" }, line: up }).can.transfer).toBe(false);
  });

  it("goes back to the customer by the red button of a consult, and leaves a talk of three", () => {
    const to = { kind: "agent" as const, id: "8002" };
    const consult = { to, state: "talking" as const, since: 240, party: "8002", note: "" };
    const call = callView({ id: "c1", agent: "8001", phase: "consulting", consult });
    expect(strip({ agent: talks, call, line: up })).toMatchObject({ mood: "consulting", ends: "back", since: 240 });
    expect(strip({ agent: talks, call, line: up }).can.hold).toBe(false);
    const third = { channel: "p", role: "agent" as const, who: "8002", since: 250, state: "joined" as const, mode: null };
    const three = { ...call, phase: "conference" as const, consult: null, parties: [third] };
    expect(strip({ agent: talks, call: three, line: up })).toMatchObject({ mood: "conference", ends: "leave" });
    const supervised = { ...three, parties: [{ ...third, role: "supervisor" as const, mode: "barge" as const }] };
    expect(strip({ agent: talks, call: supervised, line: up }).ends).toBe("call");
    expect(strip({ agent: { ...talks, id: "8002" }, call: three, line: up }).ends).toBe("call");
  });

  it("says until when the customer is held for a phone that was lost, and never asks to answer again", () => {
    const lost = callView({ id: "c1", agent: "8001", phase: "reconnecting", back_until: 320 });
    expect(strip({ agent: talks, call: lost })).toMatchObject({ mood: "reconnecting", until: 320, outOfStep: false });
    expect(works(strip({ agent: talks, call: lost, line: phone({}) }))).toEqual(["hangUp"]);
  });

  it("can take back a call that is being dialled", () => {
    const out = callView({ id: "c1", agent: "8001", phase: "dialling", direction: "out" });
    const reserved = agentView({ id: "8001", state: "reserved", interaction: "c1" });
    expect(works(strip({ agent: reserved, call: out }))).toEqual(["hangUp"]);
    expect(strip({ agent: reserved, call: out, line: up })).toMatchObject({ mood: "dialling", outbound: true, connecting: false });
    expect(works(strip({ agent: reserved, call: out, line: up }))).toEqual(["hangUp", "mute", "keys"]);
  });

  it("knows a conference room and a talk that is listened to from the engine", () => {
    const other = agentView({ id: "8001", state: "other_call", interaction: "" });
    expect(strip({ agent: { ...other, room: "team" }, call: null, line: up })).toMatchObject({ mood: "room", ends: "room", outOfStep: false });
    expect(strip({ agent: { ...other, listens_to: "8002" }, call: null, line: up })).toMatchObject({ mood: "listening", ends: "listening" });
  });
});
