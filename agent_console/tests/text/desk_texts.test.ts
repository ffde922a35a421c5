import { describe, expect, it } from "vitest";
import { deskEn } from "@/text/desk.en";
import { deskZhCn } from "@/text/desk.zh-CN";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));

describe("the words of the desk", () => {
  it("are there in both languages, none of them empty", () => {
    expect(leaves(deskZhCn).map(([path]) => path)).toEqual(leaves(deskEn).map(([path]) => path));
    for (const [path, word] of [...leaves(deskZhCn), ...leaves(deskEn)]) expect(word, path).not.toBe("");
  });

  it("say in a whole sentence what to do about bad sound", () => {
    for (const advice of Object.values(deskEn.quality.advice)) expect(advice).toMatch(/[.]$/);
  });
});
