import { describe, expect, it } from "vitest";
import { promptsEn } from "@/text/prompts.en";
import { promptsZhCn } from "@/text/prompts.zh-CN";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of the prompts", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(promptsZhCn).map(([path]) => path)).toEqual(leaves(promptsEn).map(([path]) => path));
    for (const [path, word] of [...leaves(promptsZhCn), ...leaves(promptsEn)]) expect(word, path).not.toBe("");
  });
});
