import { describe, expect, it } from "vitest";
import { callsEn } from "@/text/calls.en";
import { callsZhCn } from "@/text/calls.zh-CN";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of a call's record", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(callsZhCn).map(([path]) => path)).toEqual(leaves(callsEn).map(([path]) => path));
    for (const [path, word] of [...leaves(callsZhCn), ...leaves(callsEn)]) expect(word, path).not.toBe("");
  });
});
