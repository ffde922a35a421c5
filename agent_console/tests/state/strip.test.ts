import { describe, expect, it } from "vitest";
import { idleLine, type Line, type PhoneCall } from "@/state/line";
import { stripOf } from "@/state/strip";
import { agentView, callView } from "./views";

const phone = (given: Partial<PhoneCall>): Line => ({
  registration: "registered",
  problem: "",
  call: { id: "1", direction: "in", stage: "ringing", number: "1380", since: 200, muted: false, onHold: false, ...given },
});
const free: Line = { ...idleLine, registration: "registered" };
const offered = callView({ id: "c1", phase: "ringing", caller: "+8613800138000", offer: { id: "o1", agent: "8001", agents: ["8001"], device: "web", until: 300 } });
const ringing = agentView({ id: "8001", state: "ringing", interaction: "c1" });
const strip = (given: Partial<Parameters<typeof stripOf>[0]>) =>
  stripOf({ agent: ringing, call: offered, pop: null, line: free, live: true, ...given });

describe("the softphone strip", () => {
  it("offers answer and reject while this browser rings, nothing else", () => {
    const shown = strip({ line: phone({}) });
    expect(shown.mood).toBe("ringing");
    expect(shown.offer).toBe("o1");
    expect(shown.caller).toBe("+8613800138000");
    expect(shown.can).toEqual({ answer: true, reject: true, hangUp: false, hold: false, mute: false });
  });

  it("shows a call of the fallback queue although no engine tells about it", () => {
    const shown = strip({ agent: null, call: null, line: phone({ number: "13900000000" }), live: false });
    expect(shown).toMatchObject({ mood: "ringing", caller: "13900000000", interaction: "" });
    expect(shown.can.answer).toBe(true);
  });

  it("offers hold, mute and hang-up in a talk", () => {
    const talking = agentView({ id: "8001", state: "talking", interaction: "c1" });
    const shown = strip({ agent: talking, call: callView({ id: "c1", connected_at: 210 }), line: phone({ stage: "talking" }) });
    expect(shown.can).toEqual({ answer: false, reject: false, hangUp: true, hold: true, mute: true });
    expect(shown.since).toBe(210);
  });

  it("can be hung up while it connects, and not again while it ends", () => {
    expect(strip({ line: phone({ stage: "connecting" }) }).can.hangUp).toBe(true);
    expect(strip({ line: phone({ stage: "ending" }) }).can).toEqual({ answer: false, reject: false, hangUp: false, hold: false, mute: false });
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

  it("leaves answering to the desk phone", () => {
    const shown = strip({ agent: { ...ringing, device: "desk" } });
    expect(shown.mood).toBe("ringing");
    expect(shown.can).toMatchObject({ answer: false, reject: true, hold: false, mute: false });
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
});
