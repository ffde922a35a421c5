import { describe, expect, it } from "vitest";
import { edited, isDirty, openDraft, QUIET_S, RETRY_S, saveBegan, saved, saveFailed, saveIn, toldByServer } from "@/state/draft";

const typed = edited(openDraft("c1", "", ""), { note: "hello" }, 10);

describe("a note", () => {
  it("is saved a moment after the last key", () => {
    expect(saveIn(openDraft("c1", "", ""), 10)).toBeNull();
    expect(saveIn(typed, 10)).toBeCloseTo(QUIET_S);
    expect(saveIn(edited(typed, { note: "hello!" }, 10.5), 10.5)).toBeCloseTo(QUIET_S);
    expect(saveIn(typed, 99)).toBe(0);
  });

  it("is not saved twice at once, and what is typed meanwhile stays to be saved", () => {
    const saving = saveBegan(typed);
    expect(saveIn(saving, 99)).toBeNull();
    const more = edited(saving, { note: "hello you" }, 11);
    const after = saved(more, "hello", "");
    expect(isDirty(after)).toBe(true);
    expect(saveIn(after, 11)).toBeCloseTo(QUIET_S);
  });

  it("is tried again after a failure, not at once", () => {
    const failed = saveFailed(saveBegan(typed), 20);
    expect(saveIn(failed, 20)).toBeCloseTo(RETRY_S);
    expect(isDirty(failed)).toBe(true);
  });

  it("takes the server's text only when nothing is being typed here", () => {
    expect(toldByServer(openDraft("c1", "", ""), "from elsewhere", "solved")).toMatchObject({ note: "from elsewhere", disposition: "solved" });
    expect(toldByServer(typed, "from elsewhere", "solved")).toBe(typed);
    expect(toldByServer(saveBegan(typed), "", "").note).toBe("hello");
  });

  it("goes on being shown as saved when the server tells it back", () => {
    const kept = saved(saveBegan(typed), "hello", "");
    expect(toldByServer(kept, "hello", "")).toBe(kept);
  });
});
