import { describe, expect, it } from "vitest";
import { floorEn } from "@/text/floor.en";
import { floorZhCn } from "@/text/floor.zh-CN";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of the floor", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(floorZhCn).map(([path]) => path)).toEqual(leaves(floorEn).map(([path]) => path));
    for (const [path, word] of [...leaves(floorZhCn), ...leaves(floorEn)]) expect(word, path).not.toBe("");
  });
});
