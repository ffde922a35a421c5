import { describe, expect, it } from "vitest";
import { isComplete, percentOf } from "@/state/scoring";
import type { ScoreCard } from "@/wire/types";

const NAME = { "zh-CN": "名", en: "Name" };
const card: ScoreCard = {
  id: "service",
  name: NAME,
  sections: [
    { name: NAME, questions: [{ id: "greeting", text: NAME }, { id: "tone", text: NAME, kind: "scale", most: 4, weight: 3 }] },
    { name: NAME, questions: [{ id: "identity", text: NAME, fatal: true }] },
  ],
};

describe("a judgement", () => {
  it("counts as the server counts", () => {
    expect(percentOf(card, { greeting: 1, tone: 4, identity: 1 })).toBe(100);
    expect(percentOf(card, { greeting: 0, tone: 2, identity: 1 })).toBe(50);
    expect(percentOf(card, { greeting: 1, tone: 1, identity: null })).toBe(43.75);
    expect(percentOf(card, { greeting: 1, tone: 4, identity: 0 })).toBe(0);
    expect(percentOf(card, {})).toBeNull();
  });
  it("is complete when every question is answered or does not apply", () => {
    expect(isComplete(card, { greeting: 1, tone: 2 })).toBe(false);
    expect(isComplete(card, { greeting: 1, tone: null, identity: 1 })).toBe(true);
    expect(isComplete(card, { greeting: null, tone: null, identity: null })).toBe(false);
  });
});
