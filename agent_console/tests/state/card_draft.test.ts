import { describe, expect, it } from "vitest";
import { cardDraft, restored } from "@/state/card_draft";

const FORM = { name: "", notes: "" };

describe("a card that was not saved", () => {
  it("comes back in the call it was typed in, and in no other", () => {
    const text = JSON.stringify({ call: "cc1-1.1", card: "", fields: { name: "Li", notes: "wants" } });
    expect(cardDraft(text, "cc1-1.1")?.fields.name).toBe("Li");
    expect(cardDraft(text, "cc1-1.2")).toBeNull();
    expect(cardDraft(text, "")).toBeNull();
  });

  it("is nothing when the browser kept something else", () => {
    for (const text of ["", "{", "null", "[]", '{"call":"a"}', '{"call":"a","card":1,"fields":{}}']) expect(cardDraft(text, "a")).toBeNull();
  });

  it("fills the form of its own card with what the form has", () => {
    const draft = { call: "a", card: "7", fields: { name: "Li", odd: "x" } };
    expect(restored(FORM, draft, "7")).toEqual({ name: "Li", notes: "" });
    expect(restored(FORM, draft, "")).toEqual(FORM);
    expect(restored(FORM, null, "7")).toEqual(FORM);
  });
});
