import { describe, expect, it } from "vitest";
import { CHECKS } from "@/state/doctor";
import { adminEn } from "@/text/admin.en";
import { adminZhCn } from "@/text/admin.zh-CN";
import { doctorEn } from "@/text/doctor.en";
import { doctorZhCn } from "@/text/doctor.zh-CN";
import { systemEn } from "@/text/system.en";
import { systemZhCn } from "@/text/system.zh-CN";
import { testPhoneEn } from "@/text/test_phone.en";
import { testPhoneZhCn } from "@/text/test_phone.zh-CN";
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Tree = { [key: string]: unknown };
const leaves = (tree: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));
const same = (en: Tree, zh: Tree) => expect(leaves(zh).map(([path]) => path)).toEqual(leaves(en).map(([path]) => path));

describe("the words of administration, of the check-up and of the test phone", () => {
  it("are there in both languages", () => {
    same(adminEn, adminZhCn);
    const both: [Tree, Tree][] = [[doctorEn, doctorZhCn], [systemEn, systemZhCn], [testPhoneEn, testPhoneZhCn]];
    for (const [en, zh] of both) same(en, zh);
    for (const [path, word] of both.flat().flatMap((words) => leaves(words))) expect(word, path).not.toBe("");
  });

  it("describe every permission there is in a sentence", () => {
    const wire = readFileSync(join(import.meta.dirname, "../../src/wire/types.ts"), "utf8");
    const permissions = /export type Permission =([^;]+);/.exec(wire)?.[1]?.match(/[a-z_]+/g) ?? [];
    expect(Object.keys(adminEn.permissions).toSorted()).toEqual(permissions.toSorted());
    for (const { about } of Object.values(adminEn.permissions)) expect(about).toMatch(/\.$/);
  });

  it("say how everything that can be red is mended", () => {
    const judged = { secure: ["insecure", "ended"], server: ["silent", "very_slow"], clock: ["ahead", "behind"], live: ["closed", "mute"], phone: ["closed", "mute"], microphone: ["denied", "none", "nothing"], speaker: ["unheard", "blocked"], echo: ["no_sound", "no_tone", "loss", "sending", "jitter", "delay", "unreachable", "timeout"] };
    for (const check of CHECKS) for (const finding of judged[check]) {
      expect((doctorEn.findings[check] as Tree)[finding], `${check} ${finding}`).toBeTypeOf("function");
      expect((doctorEn.mends[check] as Tree)[finding], `${check} ${finding}`).toBeTruthy();
    }
  });
});
