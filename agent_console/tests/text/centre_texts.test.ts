import { describe, expect, it } from "vitest";
import { centreEn } from "@/text/centre.en";
import { centreZhCn } from "@/text/centre.zh-CN";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of the centre editor", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(centreZhCn).map(([path]) => path)).toEqual(leaves(centreEn).map(([path]) => path));
    for (const [path, word] of [...leaves(centreZhCn), ...leaves(centreEn)]) expect(word, path).not.toBe("");
  });

  it("explain every strategy and every place in a sentence", () => {
    expect(Object.keys(centreEn.strategies)).toHaveLength(8);
    for (const { about } of Object.values(centreEn.strategies)) expect(about).toMatch(/\.$/);
  });
});
