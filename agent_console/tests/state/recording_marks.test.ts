import { describe, expect, it } from "vitest";
import { marksOf, positionOf } from "@/state/recording_marks";
import { pictureOf, quietSkips } from "@/state/waveform";
import type { Segment, TimelineEntry } from "@/wire/types";

const segment = (kind: string, began_at: number, ended_at: number | null) => ({ kind, began_at, ended_at }) as Segment;
const entry = (kind: string, at: number, data: Record<string, unknown> = {}): TimelineEntry => ({ seq: at, at, kind, data });
const CALL = [segment("queue", 90, 100), segment("talk", 100, 130), segment("hold", 130, 150), segment("talk", 150, null)];

describe("a moment of the call in its recording", () => {
  it("counts the time in which the customer talked with somebody", () => {
    expect(positionOf(CALL, 95)).toBe(0);
    expect(positionOf(CALL, 110)).toBe(10);
    expect(positionOf(CALL, 140)).toBe(30);
    expect(positionOf(CALL, 160)).toBe(40);
  });
  it("is marked where it was held, given away or paused", () => {
    const told = [entry("Held", 130, { agent: "8001" }), entry("RecordingPaused", 155, { by: "8001" }), entry("RecordingResumed", 158, { by: "limit" }), entry("Transferred", 170, { agent: "8001" })];
    expect(marksOf(CALL, told)).toEqual([
      { kind: "hold", at_s: 30, until_s: 30, by: "8001" },
      { kind: "pause", at_s: 35, until_s: 38, by: "8001" },
      { kind: "transfer", at_s: 50, until_s: 50, by: "8001" },
    ]);
  });
  it("is paused to the end when nobody resumed it", () => {
    expect(marksOf(CALL, [entry("RecordingPaused", 155)])[0]?.until_s).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("silence", () => {
  it("is skipped where nobody speaks for longer than a moment", () => {
    const rate = 100;
    const voice = new Float32Array(1000).fill(0.3, 0, 200).fill(0.3, 700, 1000);
    const picture = pictureOf([voice, new Float32Array(1000)], rate, 10);
    expect(picture.duration_s).toBe(10);
    expect(picture.channels[0]?.[0]).toBeCloseTo(0.3);
    expect(picture.channels[1]).toEqual(Array.from({ length: 10 }, () => 0));
    expect(quietSkips(picture)).toEqual([{ from_s: 2.25, to_s: 6.75 }]);
  });
});
