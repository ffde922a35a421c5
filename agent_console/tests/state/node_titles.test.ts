import { describe, expect, it } from "vitest";
import { pathTitle } from "@/state/node_paths";
import { nodeTitle } from "@/state/node_titles";
import { flowsOf } from "@/state/timeline";

const KNOWN = {
  hotline: { menu: { "zh-CN": "主菜单", en: "Main menu" } },
  identify: { ask: { "zh-CN": "输入客户编号", en: "Customer number" } },
};

const entry = (seq: number, kind: string, data = {}) => ({ seq, at: seq, kind, data });

describe("titles of nodes", () => {
  it("are those of the flow, or of the flow it called, and the id without one", () => {
    expect(nodeTitle(KNOWN, "hotline", "menu", "en")).toBe("Main menu");
    expect(nodeTitle(KNOWN, "hotline", "identify.ask", "zh-CN")).toBe("输入客户编号");
    expect([nodeTitle(KNOWN, "hotline", "gone", "en"), nodeTitle(KNOWN, "", "x.y", "en")]).toEqual(["gone", "x.y"]);
  });

  it("stand in a path with the keys that led there", () => {
    expect(pathTitle(KNOWN, "hotline", "menu 1:check identify.ask", "en")).toBe("Main menu → 1: check → Customer number");
    expect(pathTitle(KNOWN, "hotline", "menu → 2:support", "zh-CN")).toBe("主菜单 → 2: support");
    expect(pathTitle(KNOWN, "hotline", "", "en")).toBe("");
  });

  it("are looked up in the flow the call was in then", () => {
    const found = flowsOf([entry(3, "KeyPressed"), entry(1, "FlowStarted", { flow: "hotline" }), entry(5, "FlowStarted", { flow: "survey" }), entry(6, "KeyPressed")]);
    expect([found.get(1), found.get(3), found.get(6)]).toEqual(["hotline", "hotline", "survey"]);
  });
});
