import { describe, expect, it } from "vitest";
import { idleLine, type Line, lineAfter, type LineEvent } from "@/state/line";

const after = (events: LineEvent[], from: Line = idleLine) =>
  events.reduce((line, event, i) => lineAfter(line, event, 100 + i), from);
const incoming: LineEvent = { kind: "call", id: "1", direction: "in", number: "+8613800138000", auto: false };

describe("the browser telephone", () => {
  it("rings, connects, talks and is free again", () => {
    expect(after([incoming]).call).toMatchObject({ stage: "ringing", since: 100, number: "+8613800138000" });
    const talking = after([incoming, { kind: "stage", id: "1", to: "connecting" }, { kind: "stage", id: "1", to: "talking" }]);
    expect(talking.call).toMatchObject({ stage: "talking", since: 102 });
    expect(after([{ kind: "over", id: "1", problem: "" }], talking).call).toBeNull();
  });

  it("keeps the beginning of a stage that is told twice", () => {
    const twice = after([incoming, { kind: "stage", id: "1", to: "talking" }, { kind: "stage", id: "1", to: "talking" }]);
    expect(twice.call?.since).toBe(101);
  });

  it("takes no notice of what comes late about an earlier call", () => {
    const second = after([incoming, { kind: "over", id: "1", problem: "" }, { ...incoming, id: "2" }]);
    expect(after([{ kind: "over", id: "1", problem: "media" }], second)).toBe(second);
  });

  it("says why a call could not be taken until the next one comes", () => {
    const failed = after([incoming, { kind: "over", id: "1", problem: "microphone" }]);
    expect(failed.problem).toBe("microphone");
    expect(after([{ ...incoming, id: "2" }], failed).problem).toBe("");
  });

  it("keeps the talk when the registration is lost", () => {
    const talking = after([incoming, { kind: "stage", id: "1", to: "talking" }]);
    const lost = after([{ kind: "registration", to: "lost" }], talking);
    expect(lost.call?.stage).toBe("talking");
    expect(lost.registration).toBe("lost");
  });
});
