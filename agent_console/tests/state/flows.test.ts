import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { begun, redone, undone, wrote } from "@/state/flow_history";
import { byNode, callersIn, countsByFlow, curve, dayCounts, labelOf, linesOf, neighbour, thickness, wordsOf } from "@/state/flow_drawing";
import { beginning, flowTemplate, formOf, freeId, idsFor, idTrouble, widgetOf } from "@/state/flow_forms";
import { laidOut } from "@/state/flow_layout";
import { inWords, ofField } from "@/state/flow_problems";
import { fieldValue, isEditable, nodeText, pathOf, renamed, withField, withNode, withNodeText, withoutNode, withTop, writtenValue } from "@/state/flow_source";
import { flowsEn } from "@/text/flows.en";
import { flowsZhCn } from "@/text/flows.zh-CN";
import type { Defect, FieldForm, FlowKinds, Outline, OutlineNode } from "@/wire/flows";
import { callView as call } from "./views";

const HOTLINE = readFileSync(join(import.meta.dirname, "../../../ivr_flows/hotline.yaml"), "utf8");
const FLOW = `# How callers are greeted.
flow: welcome
name: {zh-CN: 欢迎, en: Welcome}
start: menu

nodes:
  menu:
    kind: menu   # the first thing heard
    say:
      zh-CN: 销售请按1。
      en: For sales, press 1.
    keys: {1: sales, "*": goodbye}
    gave_up: goodbye

  # Those who buy.
  sales: {kind: queue, queue: sales}

  goodbye: {kind: hang_up}
`;
const node = (id: string, kind: string, fields: OutlineNode["fields"], edges: [string, string][] = []): OutlineNode => ({
  id, kind, line: 1, fields, edges: edges.map(([path, to]) => ({ path, to })), known: true, asks: kind === "menu", ends: kind === "queue",
});
const OUTLINE: Outline = {
  id: "welcome",
  name: { "zh-CN": "欢迎", en: "Welcome" },
  start: "menu",
  nodes: [
    node("menu", "menu", { say: { "zh-CN": "销售请按1。", en: "For sales, press 1." }, keys: { "1": "sales", "2": "sales", "*": "goodbye" }, gave_up: "goodbye" }, [["keys.1", "sales"], ["keys.2", "sales"], ["keys.*", "goodbye"], ["gave_up", "goodbye"]]),
    node("sales", "queue", { queue: "sales" }),
    node("goodbye", "hang_up", {}),
  ],
};
const hops = (calls: number) => [
  { begin: "", end: "menu", key: "", calls },
  { begin: "menu", end: "sales", key: "1", calls },
  { begin: "sales", end: "", key: "queue", calls },
];
const field = (name: string, type: string, more: Partial<FieldForm> = {}): FieldForm => ({ name, type, required: false, default: "", least: null, most: null, choices: [], known: "", about: "", of: [], ...more });
const kinds: FlowKinds = { kinds: [], queues: ["support"], mailboxes: [], callbacks: [], skills: [], flows: [], prompts: {} };
const nodesOf = (text: string) => (parse(text) as { nodes: Record<string, Record<string, unknown>> }).nodes;
const untouched = (before: string, after: string, of: string[]) => {
  for (const id of of) expect(nodeText(after, id), id).toBe(nodeText(before, id));
};

describe("changing a flow's text", () => {
  it("writes only the lines of the node that is changed", () => {
    const after = withField(FLOW, "menu", ["say", "en"], "To buy, press 1.");
    expect(nodesOf(after).menu?.say).toEqual({ "zh-CN": "销售请按1。", en: "To buy, press 1." });
    expect(after).toContain("# How callers are greeted.\nflow: welcome\nname: {zh-CN: 欢迎, en: Welcome}");
    expect(after).toContain("kind: menu # the first thing heard");
    expect(after).toContain("\n  # Those who buy.\n  sales: {kind: queue, queue: sales}\n");
    untouched(FLOW, after, ["sales", "goodbye"]);
  });

  it("leads telephone keys elsewhere, binds new ones and looses old ones", () => {
    let text = withField(FLOW, "menu", ["keys", "1"], "goodbye");
    text = withField(text, "menu", ["keys", "9"], "sales");
    text = withField(text, "menu", ["keys", "*"], undefined);
    expect(nodesOf(text).menu?.keys).toEqual({ 1: "goodbye", 9: "sales" });
  });

  it("changes one entry of a list and takes another away", () => {
    const source = `${FLOW}\n  times:\n    kind: hours\n    ranges:\n      - {from: "06:00", to: "12:00", next: menu}   # early\n      - {from: "12:00", to: "18:00", next: sales}\n    otherwise: menu\n`;
    const later = withField(source, "times", ["ranges", 1, "from"], "13:00");
    expect(nodesOf(later).times?.ranges).toEqual([{ from: "06:00", to: "12:00", next: "menu" }, { from: "13:00", to: "18:00", next: "sales" }]);
    expect(later).toContain("# early");
    expect(nodesOf(withField(source, "times", ["ranges", 0], undefined)).times?.ranges).toEqual([{ from: "12:00", to: "18:00", next: "sales" }]);
  });

  it("takes a field away and brings numbers and yes or no as such", () => {
    let text = withField(FLOW, "menu", ["tries"], 2);
    text = withField(text, "menu", ["gave_up"], undefined);
    expect(nodesOf(text).menu?.tries).toBe(2);
    expect("gave_up" in (nodesOf(text).menu ?? {})).toBe(false);
  });

  it("keeps noughts, times and yes as they are written, quoted or not", () => {
    const source = `${FLOW}\n  call: {kind: number, number: 0101234, as: "0755", at: 06:00, on: yes, to: "say: hello"}\n`;
    const after = withField(source, "call", ["ring_s"], 20);
    expect(after).toContain('number: 0101234, as: "0755", at: 06:00, on: yes, to: "say: hello", ring_s: 20');
    expect(withField(source, "call", ["on"], false)).toContain("on: false");
    expect(fieldValue("number: 0101234").value).toEqual({ number: "0101234" });
  });

  it("adds a node at the end and removes one with its comment", () => {
    const more = withNode(FLOW, "night", { kind: "say", say: { "zh-CN": "晚上好。", en: "Good evening: welcome." }, next: "menu" });
    expect(nodesOf(more).night).toEqual({ kind: "say", say: { "zh-CN": "晚上好。", en: "Good evening: welcome." }, next: "menu" });
    untouched(FLOW, more, ["menu", "sales", "goodbye"]);
    const less = withoutNode(FLOW, "sales");
    expect(Object.keys(nodesOf(less))).toEqual(["menu", "goodbye"]);
    expect(less).not.toContain("Those who buy");
  });

  it("renames a node together with every way to it, and not what merely has the same name", () => {
    const text = renamed(FLOW, "sales", "shop", OUTLINE.nodes.map((one) => (one.id === "menu" ? { ...one, edges: one.edges.filter((edge) => edge.path !== "keys.2") } : one)));
    expect(nodesOf(text).menu?.keys).toEqual({ 1: "shop", "*": "goodbye" });
    expect(nodesOf(text).shop).toEqual({ kind: "queue", queue: "sales" });
    expect(Object.keys(nodesOf(text))).toEqual(["menu", "shop", "goodbye"]);
    expect((parse(renamed(FLOW, "menu", "first", OUTLINE.nodes)) as { start: string }).start).toBe("first");
  });

  it("changes the name and the start at the top", () => {
    const text = withTop(withTop(FLOW, ["start"], "sales"), ["name", "en"], "Hello");
    expect(parse(text)).toMatchObject({ start: "sales", name: { "zh-CN": "欢迎", en: "Hello" } });
    untouched(FLOW, text, ["menu", "sales", "goodbye"]);
  });

  it("gives a node's own text out and takes it back at its place", () => {
    expect(nodeText(FLOW, "sales")).toBe("sales: {kind: queue, queue: sales}");
    expect(nodeText(FLOW, "menu").split("\n")[1]).toBe("  kind: menu   # the first thing heard");
    const text = withNodeText(FLOW, "sales", "sales:\n  kind: queue\n  queue: support");
    expect(nodesOf(text).sales).toEqual({ kind: "queue", queue: "support" });
    expect(withNodeText(FLOW, "menu", nodeText(FLOW, "menu"))).toBe(FLOW);
  });

  it("leaves every other node of the demo's hotline as it was, whichever is changed", () => {
    const ids = Object.keys(nodesOf(HOTLINE));
    for (const id of ids) {
      const after = withField(HOTLINE, id, ["note"], "x");
      expect(nodesOf(after)[id]?.note, id).toBe("x");
      untouched(HOTLINE, after, ids.filter((one) => one !== id));
      expect(after.split("\n").filter((line) => line.trim().startsWith("#"))).toEqual(HOTLINE.split("\n").filter((line) => line.trim().startsWith("#")));
    }
  });

  it("refuses nothing and breaks nothing when the text is no YAML", () => {
    const broken = FLOW.replace("kind: menu ", "kind: [menu ");
    expect(isEditable(broken)).toBe(false);
    expect(isEditable(FLOW)).toBe(true);
    expect(withField(broken, "menu", ["tries"], 3)).toBe(broken);
    expect(withoutNode(broken, "menu")).toBe(broken);
  });

  it("knows the place that a way stands for", () => {
    expect(pathOf("ranges.0.next", { ranges: [{ next: "a" }] })).toEqual(["ranges", 0, "next"]);
    expect(pathOf("keys.1", { keys: { "1": "a" } })).toEqual(["keys", "1"]);
  });

  it("writes a field as text and reads it back", () => {
    const value = { "1": { score: "5", satisfied: "true" } };
    expect(fieldValue(writtenValue(value)).value).toEqual(value);
    expect(writtenValue(value)).toBe("1:\n  score: 5\n  satisfied: true");
    expect(fieldValue("{a: [").trouble).not.toBe("");
  });
});

describe("undo and redo", () => {
  it("go back over what belongs together at once", () => {
    let writing = begun("a");
    writing = wrote(writing, "ab", "menu.en");
    writing = wrote(writing, "abc", "menu.en");
    writing = wrote(writing, "abcd");
    expect(undone(writing).now).toBe("abc");
    expect(undone(undone(writing)).now).toBe("a");
    expect(redone(redone(undone(undone(writing)))).now).toBe("abcd");
    expect(undone(begun("a")).now).toBe("a");
  });
});

describe("the drawing", () => {
  it("joins ways between the same nodes into one line with all its labels", () => {
    expect(linesOf(OUTLINE).map(({ id, labels }) => [id, labels])).toEqual([["menu>sales", ["1", "2"]], ["menu>goodbye", ["*", "gave_up"]]]);
  });

  it("labels times by their range, and says nothing of what simply follows", () => {
    expect(labelOf("ranges.0.next", { ranges: [{ from: "06:00", to: "12:00", next: "a" }] })).toBe("06:00–12:00");
    expect(labelOf("next", { next: "a" })).toBe("");
    expect(labelOf("otherwise", { otherwise: "a" })).toBe("otherwise");
    expect(labelOf("branches.0.next", { branches: [{ when: "age > 3", next: "a" }] })).toBe("age > 3");
    expect(labelOf("shares.0.next", { shares: [{ percent: "30", next: "a" }] })).toBe("30%");
    expect(labelOf("status.404", { status: { "404": "a" } })).toBe("404");
    expect(labelOf("more.0.go", { more: [{ go: "a" }] })).toBe("go");
  });

  it("tells a node by what it says in the chosen language, by its prompt, else by what it names", () => {
    expect(wordsOf(OUTLINE.nodes[0]!, "en")).toBe("For sales, press 1.");
    expect(wordsOf(OUTLINE.nodes[1]!, "en")).toBe("sales");
    expect(wordsOf(node("n", "say", { play: "hello" }), "zh-CN", { hello: { "zh-CN": "您好。" } })).toBe("您好。");
  });

  it("lays the start above what follows and no box upon another", () => {
    const { boxes, lines } = laidOut(OUTLINE, "en", {});
    const [menu, sales, goodbye] = boxes;
    expect(menu!.y).toBeLessThan(sales!.y);
    expect(Math.abs(sales!.x - goodbye!.x)).toBeGreaterThan(200);
    expect(lines.every((line) => line.points.length >= 2)).toBe(true);
    expect(curve(lines[0]!.points)).toMatch(/^M[-\d.]+,[-\d.]+ /);
  });

  it("draws a flow of a kind that nobody knows, and one that leads round in a circle", () => {
    const odd: Outline = { ...OUTLINE, nodes: [{ ...node("menu", "magic", { go: "menu" }, [["go", "menu"]]), known: false }] };
    expect(laidOut(odd, "en", {}).boxes).toHaveLength(1);
  });

  it("draws a thousand nodes in a moment, none of them upon another", () => {
    const many: Outline = { ...OUTLINE, start: "n0", nodes: Array.from({ length: 1000 }, (_, i) => node(`n${i}`, "menu", {}, [["keys.1", `n${(2 * i + 1) % 1000}`], ["keys.2", `n${(2 * i + 2) % 1000}`]])) };
    const { boxes, lines } = laidOut(many, "en", {});
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(1000);
    expect(lines.every((line) => line.points.length === 3)).toBe(true);
  }, 5000);

  it("goes to the nearest box in the direction of the arrow", () => {
    const boxes = laidOut(OUTLINE, "en", {}).boxes;
    const below = neighbour(boxes, "menu", "ArrowDown");
    expect(["sales", "goodbye"]).toContain(below);
    expect(neighbour(boxes, below, "ArrowUp")).toBe("menu");
    expect(neighbour(boxes, "menu", "ArrowUp")).toBe("menu");
  });

  it("is the thicker the more went there, and never thinner than a hair", () => {
    expect(thickness(0, 100)).toBe(1.4);
    expect(thickness(1, 100)).toBeGreaterThan(1.9);
    expect(thickness(100, 100)).toBeCloseTo(7);
  });
});

describe("callers in the flow", () => {
  const calls = {
    a: call({ id: "a", flow: "welcome", flow_version: 2, node: "menu", since: 5 }),
    b: call({ id: "b", flow: "welcome", flow_version: 3, node: "menu" }),
    c: call({ id: "c", flow: "welcome", node: "" }),
    d: call({ id: "d", flow: "other", node: "menu" }),
  };
  it("are those who are at a node of it, whatever their version", () => {
    expect(byNode(callersIn("welcome", calls)).menu?.map((one) => [one.call, one.version])).toEqual([["a", 2], ["b", 3]]);
    expect(countsByFlow(calls)).toEqual({ welcome: 2, other: 1 });
  });

  it("are at the node that has led them into another flow, and there at theirs", () => {
    const within = { a: call({ id: "a", flow: "welcome", flow_version: 2, node: "deeper.ask", within: ["welcome.check", "verify.more"] }) };
    expect(callersIn("welcome", within).map((one) => [one.node, one.version])).toEqual([["check", 2]]);
    expect([callersIn("verify", within)[0]?.node, callersIn("deeper", within)[0]?.node]).toEqual(["more", "ask"]);
    expect(countsByFlow(within)).toEqual({ welcome: 1, verify: 1, deeper: 1 });
  });

  it("are counted by the lines they took, with the keys, over all versions", () => {
    const day = dayCounts({ day_began_at: 0, versions: [{ version: 1, hops: hops(2) }, { version: 2, hops: hops(3) }] }, 2);
    expect([day.calls, day.older, day.lines["menu>sales"], day.keys["menu>sales"], day.nodes.sales, day.ends.sales]).toEqual([5, 2, 5, { "1": 5 }, 5, { queue: 5 }]);
    expect(dayCounts(null, 0).calls).toBe(0);
  });
});

describe("forms", () => {

  it("offer what the kind reads, then what stands in the text besides", () => {
    const odd = node("n", "say", { say: {}, next: "a", extra: "1" });
    expect(formOf(odd, { kind: "say", about: "", example: "", asks: false, ends: false, fields: [field("say", "speech"), field("next", "target")] }).map((one) => one.name)).toEqual(["say", "next", "extra"]);
    expect(formOf(odd, undefined).map((one) => one.name)).toEqual(["say", "next", "extra"]);
  });

  it("edit what they do not know as a word or as text, never not at all", () => {
    expect(widgetOf(field("x", "brand_new"), "a")).toBe("word");
    expect(widgetOf(field("x", "brand_new"), { a: "b" })).toBe("yaml");
    expect(widgetOf(field("next", "target"), "a")).toBe("target");
    expect(widgetOf(field("keys", "keys", { of: [field("", "target")] }), { "1": "a" })).toBe("keys");
    expect(widgetOf(field("answers", "keys"), { "1": { score: "5" } })).toBe("yaml");
    expect(widgetOf(field("ranges", "sequence", { of: [field("from", "word")] }), [{ from: "06:00" }])).toBe("list");
    expect(widgetOf(field("ranges", "sequence", { of: [field("from", "word")] }), [{ from: { deep: "1" } }])).toBe("yaml");
    expect(idsFor(field("queue", "queue"), kinds)).toEqual(["support"]);
  });

  it("begin a node with the example of its kind, led to a node that is there", () => {
    const menu = { kind: "menu", about: "", asks: true, ends: false, example: "menu:\n  kind: menu\n  keys: {1: sales, 2: support}\n  gave_up: support\n  tries: 3\n", fields: [field("keys", "keys", { of: [field("", "target")] }), field("gave_up", "target"), field("tries", "count")] };
    expect(beginning(menu, "goodbye", kinds)).toEqual({ kind: "menu", keys: { 1: "goodbye", 2: "goodbye" }, gave_up: "goodbye", tries: "3" });
    const queue = { kind: "queue", about: "", asks: false, ends: true, example: "sales:\n  kind: queue\n  queue: sales\n", fields: [field("queue", "queue")] };
    expect(beginning(queue, "goodbye", kinds)).toEqual({ kind: "queue", queue: "support" });
  });

  it("give ids that are free and refuse those that are not", () => {
    expect(freeId("menu", OUTLINE.nodes)).toBe("menu_2");
    expect([idTrouble("menu", "sales", OUTLINE.nodes), idTrouble("1a", "sales", OUTLINE.nodes), idTrouble("sales", "sales", OUTLINE.nodes)]).toEqual(["taken", "rule", ""]);
  });

  it("begin a flow with one that holds together", () => {
    expect(parse(flowTemplate("day", "白天", "Day: one"))).toMatchObject({ flow: "day", name: { en: "Day: one" }, start: "welcome" });
  });
});

const defect = (field: string, en: string, zh: string): Defect => ({ line: 3, node: "menu", message: `${field}: ${en}`, field, word: "any", text: { "zh-CN": zh, en } });
const fieldNamed = (name: string) => ({ tries: "次数" })[name] ?? name;

describe("mistakes", () => {
  it("are told in the reader's language, with the field's name before them", () => {
    const wrong = [defect("tries", "'x' is not allowed", "“x”不可用"), defect("", "a dead end", "死路")];
    expect(inWords(wrong, "zh-CN", fieldNamed).map((one) => one.message)).toEqual(["次数：“x”不可用", "死路"]);
    expect(inWords(wrong, "en", (name) => name).map((one) => one.message)).toEqual(["tries: 'x' is not allowed", "A dead end"]);
    expect(inWords(wrong, "zh-CN", fieldNamed)[0]?.said).toBe("“x”不可用");
  });

  it("stand at the field they name", () => {
    const defects = [defect("tries", "'x' is not allowed", ""), defect("", "a dead end", ""), defect("tries_more", "", "")];
    expect(ofField(defects, "menu", "tries")).toHaveLength(1);
  });
});

describe("the words of the flows' pages", () => {
  type Tree = { [key: string]: unknown };
  const leaves = (tree: Tree, prefix = ""): [string, unknown][] => Object.entries(tree).flatMap(([key, value]) => (value && typeof value === "object" ? leaves(value as Tree, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]]));
  it("are there in both languages, none of them empty", () => {
    expect(leaves(flowsZhCn).map(([path]) => path)).toEqual(leaves(flowsEn).map(([path]) => path));
    for (const [path, word] of [...leaves(flowsZhCn), ...leaves(flowsEn)]) expect(word, path).not.toBe("");
  });
});
