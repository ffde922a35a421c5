import { describe, expect, it } from "vitest";
import { countsOf, foundPrompts, placesOf } from "@/state/prompts";
import { wav } from "@/state/wav";
import { waveform } from "@/state/waveform";
import type { PromptEntry, PromptSource, PromptState } from "@/wire/prompts";

const text = (language: "zh-CN" | "en", words: string, state: PromptState) => ({ language, text: words, state, longest_s: 3, recording: null });
const entry = (id: string, source: PromptSource, zh: PromptState, en: PromptState): PromptEntry => ({
  id,
  source,
  places: source === "flow" ? [{ where: "hotline", at: "menu" }] : [],
  texts: [text("zh-CN", "您好", zh), text("en", "Hello there", en)],
});
const ALL = [entry("hotline-menu", "flow", "recorded", "stale"), entry("phrase-goodbye", "built_in", "synthetic", "synthetic"), entry("say_n1", "piece", "missing", "missing")];
const NONE = { text: "", source: "", state: "", language: "" } as const;
const ids = (prompts: PromptEntry[]) => prompts.map((prompt) => prompt.id);

describe("prompts", () => {
  it("leave the pieces of numbers out until they are asked for", () => {
    expect(ids(foundPrompts(ALL, NONE))).toEqual(["hotline-menu", "phrase-goodbye"]);
    expect(ids(foundPrompts(ALL, { ...NONE, source: "piece" }))).toEqual(["say_n1"]);
  });

  it("are found by text, name and place, all words together", () => {
    expect(ids(foundPrompts(ALL, { ...NONE, text: "hello MENU" }))).toEqual(["hotline-menu"]);
    expect(ids(foundPrompts(ALL, { ...NONE, text: "您好 goodbye" }))).toEqual(["phrase-goodbye"]);
  });

  it("are found by state, in the language that is asked for", () => {
    expect(ids(foundPrompts(ALL, { ...NONE, state: "stale" }))).toEqual(["hotline-menu"]);
    expect(foundPrompts(ALL, { ...NONE, state: "stale", language: "zh-CN" })).toEqual([]);
  });

  it("are counted as if no state were chosen", () => {
    expect(countsOf(ALL, { ...NONE, state: "stale" })).toEqual({ recorded: 1, stale: 1, synthetic: 2, missing: 0 });
    expect(countsOf(ALL, { ...NONE, language: "en" })).toEqual({ recorded: 0, stale: 1, synthetic: 1, missing: 0 });
  });

  it("tell where they are spoken", () => {
    expect(placesOf(ALL[0]!)).toBe("hotline › menu");
  });
});

describe("what a microphone gave", () => {
  it("is a file whose picture is what was heard", () => {
    const samples = Float32Array.from({ length: 800 }, (_, i) => (i < 400 ? 0 : 2));
    const picture = waveform(wav(samples, 8000), 2)!;
    expect(picture.duration_s).toBeCloseTo(0.1);
    expect(picture.channels[0]).toEqual([0, 32767 / 32768]);
  });
});
