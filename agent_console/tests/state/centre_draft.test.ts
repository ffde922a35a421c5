import { describe, expect, it } from "vitest";
import { type CentreAct, isDirty, openDraft, reduced } from "@/state/centre_draft";
import { centre } from "./centre_fixture";

const open = openDraft(centre, 4);
const after = (...acts: CentreAct[]) => acts.reduce(reduced, open);
const ring = (value: number): CentreAct => ({ do: "edit", path: ["queues", 0, "ring_s"], value });

describe("the draft of the centre", () => {
  it("is clean until something differs, and again when it no longer does", () => {
    expect(isDirty(open)).toBe(false);
    expect(isDirty(after(ring(30)))).toBe(true);
    expect(isDirty(after(ring(30), ring(20)))).toBe(false);
  });

  it("changes one field and leaves what lies beside it the same", () => {
    const { now } = after(ring(30));
    expect(now.queues[0]?.ring_s).toBe(30);
    expect(now.queues[1]).toBe(centre.queues[1]);
    expect(centre.queues[0]?.ring_s).toBe(20);
  });

  it("is not touched by an edit to the same value", () => {
    expect(after(ring(20))).toBe(open);
  });

  it("undoes typing in one field at once, and goes forward again", () => {
    const typed = after(ring(3), ring(30), { do: "edit", path: ["zone"], value: "Europe/Berlin" });
    const back = reduced(reduced(typed, { do: "undo" }), { do: "undo" });
    expect(back.now).toEqual(centre);
    expect(reduced(back, { do: "undo" })).toBe(back);
    expect(reduced(reduced(back, { do: "redo" }), { do: "redo" }).now).toEqual(typed.now);
  });

  it("forgets the way forward after a new edit", () => {
    const draft = after(ring(30), { do: "undo" }, { do: "edit", path: ["zone"], value: "Europe/Berlin" });
    expect(reduced(draft, { do: "redo" })).toBe(draft);
  });

  it("can take back even the discarding of all changes", () => {
    const discarded = after(ring(30), { do: "discard" });
    expect(isDirty(discarded)).toBe(false);
    expect(reduced(discarded, { do: "undo" }).now.queues[0]?.ring_s).toBe(30);
  });

  it("counts from the new version after a save, and keeps what was typed meanwhile", () => {
    const stored = after(ring(30)).now;
    const saved = reduced(after(ring(30), ring(40)), { do: "saved", centre: stored, version: 5 });
    expect(saved.version).toBe(5);
    expect(isDirty(saved)).toBe(true);
    expect(isDirty(reduced(after(ring(30)), { do: "saved", centre: stored, version: 5 }))).toBe(false);
  });
});
