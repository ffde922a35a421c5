/** Where boxes and lines of a drawing lie: layers from the start downwards. Pure. */
import { Graph, layout } from "@dagrejs/dagre";
import { BOX, type Drawing, linesOf, wordsOf } from "@/state/flow_drawing";
import type { Outline } from "@/wire/flows";
import type { Language } from "@/wire/types";

/** Above it the exact placing takes too long. */
const MANY = 250;

export function laidOut(outline: Outline, language: Language, prompts: Record<string, Record<string, string>>): Drawing {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 44, ranksep: 64, edgesep: 18, marginx: 24, marginy: 24, ranker: outline.nodes.length > MANY ? "longest-path" : "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  const order = outline.nodes.toSorted((a, b) => Number(b.id === outline.start) - Number(a.id === outline.start));
  for (const node of order) graph.setNode(node.id, { ...BOX });
  const lines = linesOf(outline);
  for (const line of lines) {
    const wide = Math.min(170, 26 + Math.max(0, line.labels.join(" ").length) * 7);
    graph.setEdge(line.from, line.to, { width: wide, height: 22, labelpos: "c" });
  }
  layout(graph);
  const placed = (id: string) => graph.node(id) as unknown as { x: number; y: number };
  const whole = graph.graph() as unknown as { width?: number; height?: number };
  return {
    boxes: outline.nodes.map((node) => ({ id: node.id, node, words: wordsOf(node, language, prompts), x: placed(node.id).x, y: placed(node.id).y })),
    lines: lines.map((line) => ({ ...line, points: (graph.edge(line.from, line.to) as unknown as { points: { x: number; y: number }[] }).points })),
    width: whole.width ?? BOX.width,
    height: whole.height ?? BOX.height,
  };
}
