/** Where in a recording something happened: it holds only what was said while the customer was joined with somebody. Pure. */
import type { Segment, TimelineEntry } from "@/wire/types";

type MarkKind = "hold" | "transfer" | "pause" | "consult";

export interface Mark {
  kind: MarkKind;
  /** Seconds from the beginning of the recording; `until` of a stretch, else the same. */
  at_s: number;
  until_s: number;
  by: string;
}

const RECORDED = new Set(["talk", "conference", "outside"]);
const POINTS: Record<string, MarkKind> = { Held: "hold", Transferred: "transfer", ConsultBegan: "consult" };

/** A moment of the call (seconds since the epoch) as a position in its recording. */
export function positionOf(segments: readonly Segment[], moment: number): number {
  let position = 0;
  for (const { kind, began_at, ended_at } of segments) {
    if (RECORDED.has(kind)) position += Math.max(0, Math.min(ended_at ?? moment, moment) - began_at);
  }
  return position;
}

export function marksOf(segments: readonly Segment[], timeline: readonly TimelineEntry[]): Mark[] {
  const marks: Mark[] = [];
  let pause: Mark | null = null;
  for (const { kind, at, data } of timeline) {
    const at_s = positionOf(segments, at);
    const by = String(data["by"] ?? data["agent"] ?? "");
    const point = POINTS[kind];
    if (point) marks.push({ kind: point, at_s, until_s: at_s, by });
    if (kind === "RecordingPaused" && !pause) marks.push((pause = { kind: "pause", at_s, until_s: Number.POSITIVE_INFINITY, by }));
    if (kind === "RecordingResumed" && pause) {
      pause.until_s = at_s;
      pause = null;
    }
  }
  return marks;
}
