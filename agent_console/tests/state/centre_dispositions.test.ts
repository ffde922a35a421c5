import { describe, expect, it } from "vitest";
import { branches, possibleParents, swapped } from "@/state/centre_dispositions";
import { changes } from "@/state/centre_changes";
import { placeOf } from "@/state/centre_problems";
import { sectionOf } from "@/state/centre_sections";
import { put } from "@/state/centre_shape";
import { usesOf, without } from "@/state/centre_uses";
import { centre } from "./centre_fixture";

const all = [
  { id: "noise", name: { "zh-CN": "n", en: "n" }, parent: "fault" },
  { id: "sale", name: { "zh-CN": "s", en: "s" }, parent: null },
  { id: "fault", name: { "zh-CN": "f", en: "f" }, parent: null },
  { id: "hiss", name: { "zh-CN": "h", en: "h" }, parent: "noise" },
];
const shown = (list: typeof all) => branches(list).map(({ entry, depth, i }) => `${depth} ${entry.id} ${i}`);

describe("dispositions as a tree", () => {
  it("stand below their parents, wherever the document has them", () => {
    expect(shown(all)).toEqual(["0 sale 1", "0 fault 2", "1 noise 0", "2 hiss 3"]);
  });

  it("are all shown, also those whose parent is gone and those in a circle", () => {
    const odd = [{ ...all[0]!, parent: "gone" }, { ...all[1]!, parent: "sale" }];
    expect(shown(odd as typeof all)).toEqual(["0 noise 0", "0 sale 1"]);
  });

  it("never go below themselves", () => {
    expect(possibleParents(all, "fault").map((one) => one.id)).toEqual(["sale"]);
    expect(possibleParents(all, "hiss").map((one) => one.id)).toEqual(["noise", "sale", "fault"]);
  });

  it("change places among themselves", () => {
    expect(shown(swapped(all, 1, 2) as typeof all)).toEqual(["0 fault 1", "1 noise 0", "2 hiss 3", "0 sale 2"]);
  });

  it("go to the top when what they were below is deleted", () => {
    expect(usesOf(centre, "dispositions", "fault").map((use) => use.name)).toEqual(["noise"]);
    expect(without(centre, "dispositions", "fault").dispositions.map((one) => [one.id, one.parent])).toEqual([["noise", null], ["other", null]]);
  });
});

describe("what belongs to the document as a whole", () => {
  it("is told field by field when it changes", () => {
    expect(changes(centre, put(centre, ["outbound", "ring_s"], 30))).toEqual([{ kind: "outbound", what: "changed", name: "", fields: [{ path: ["ring_s"], from: 45, to: 30 }] }]);
  });

  it("is found again at its section", () => {
    expect(sectionOf(placeOf(centre, "reconnection.hold_s").section)).toBe("floor");
    expect(sectionOf(placeOf(centre, "alerts[0].queue").section)).toBe("floor");
    expect(sectionOf(placeOf(centre, "outbound.numbers[0].trunk").section)).toBe("outbound");
  });
});
