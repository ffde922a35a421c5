import { describe, expect, it } from "vitest";
import { lineOf, read, written } from "@/state/centre_text";
import type { Centre } from "@/wire/types";

const centre = {
  zone: "Asia/Shanghai",
  agents: [{ id: "8001", name: "李敏", queues: ["service"] }],
  queues: [
    { id: "service", name: { "zh-CN": "售后服务", en: "Service" } },
    { id: "sales", name: { "zh-CN": "销售", en: "Sales" }, survey: "nps" },
  ],
} as Centre;

describe("the centre document as text", () => {
  it("comes back the same from YAML and from JSON", () => {
    expect(read(written(centre, "yaml")).centre).toEqual(centre);
    expect(read(written(centre, "json")).centre).toEqual(centre);
  });

  it("keeps ids of digits as text", () => {
    expect(read(written(centre, "yaml")).centre?.agents?.[0]?.id).toBe("8001");
  });

  it("finds the line of a path in both forms", () => {
    const yaml = written(centre, "yaml");
    expect(yaml.split("\n")[lineOf(yaml, "queues[1].survey") - 1]).toContain("survey: nps");
    const json = written(centre, "json");
    expect(json.split("\n")[lineOf(json, "document.queues[1].survey") - 1]).toContain("survey");
  });

  it("finds the nearest parent of what is not there", () => {
    const yaml = written(centre, "yaml");
    expect(yaml.split("\n")[lineOf(yaml, "queues[0].survey") - 1]).toContain("id: service");
    expect(lineOf(yaml, "nonsense")).toBe(0);
  });

  it("tells where the text cannot be read", () => {
    const broken = read("zone: Asia/Shanghai\nagents: [\n");
    expect(broken.centre).toBeNull();
    expect(broken.problems[0]?.line).toBeGreaterThan(1);
    expect(read("just words").problems).toHaveLength(1);
  });
});
