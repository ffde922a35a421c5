import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "@/text/en";
import { zhCn } from "@/text/zh-CN";

const texts = { "zh-CN": zhCn, en };
type Tree = { [key: string]: unknown };
const paths = (tree: Tree, prefix = ""): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    value && typeof value === "object" && !Array.isArray(value) ? paths(value as Tree, `${prefix}${key}.`) : [prefix + key],
  );
const at = (tree: Tree, path: string) => path.split(".").reduce<unknown>((node, key) => (node as Tree)[key], tree);

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name) && !entry.parentPath.endsWith("text"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("the dictionaries", () => {
  it("have the same keys, none of them empty", () => {
    expect(paths(texts["zh-CN"])).toEqual(paths(texts.en));
    for (const language of ["zh-CN", "en"] as const) {
      for (const path of paths(texts[language])) expect(at(texts[language], path), path).not.toBe("");
    }
  });

  it("have no key that no page uses", () => {
    const code = sources(join(import.meta.dirname, "../../src"));
    /** These are looked up by what the server says. */
    const spoken = /^(errors|reasons|states|outcomes|roles|languages|pages)\./;
    const unused = paths(texts.en).filter((path) => {
      const last = path.split(".").at(-1) ?? "";
      return !spoken.test(path) && !new RegExp(`\\b${last}\\b`).test(code);
    });
    expect(unused).toEqual([]);
  });

  it("have a text for every error word of the server", () => {
    const wire = readFileSync(join(import.meta.dirname, "../../src/wire/types.ts"), "utf8");
    const words = /export type ErrorWord =([^;]+);/.exec(wire)?.[1]?.match(/[a-z_]+/g) ?? [];
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word) => !(word in texts.en.errors))).toEqual([]);
  });
});
