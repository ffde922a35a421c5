/** Where boxes and lines of a drawing lie: layers from the start downwards. Pure. */
import { Graph, layout } from "@dagrejs/dagre";
import { BOX, type Drawing, linesOf, wordsOf } from "@/state/flow_drawing";
import type { Outline } from "@/wire/flows";
import type { Language } from "@/wire/types";

/** Above it the library takes so long that the page would stand still. */
const MANY = 120;
const APART = { x: BOX.width + 44, y: BOX.height + 84 };

interface Place {
  x: number;
  y: number;
}

export function laidOut(outline: Outline, language: Language, prompts: Record<string, Record<string, string>>): Drawing {
  if (outline.nodes.length > MANY) return plainly(outline, language, prompts);
  const graph = new Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 44, ranksep: 64, edgesep: 18, marginx: 24, marginy: 24, ranker: "network-simplex" });
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

/** In layers by the distance from the start, each in the order of the nodes that lead there. */
function plainly(outline: Outline, language: Language, prompts: Record<string, Record<string, string>>): Drawing {
  const lines = linesOf(outline);
  const places = new Map<string, Place>();
  const layers = layersOf(outline, lines);
  const widest = Math.max(...layers.map((layer) => layer.length));
  for (const [y, layer] of layers.entries()) {
    const left = ((widest - layer.length) * APART.x) / 2;
    for (const [x, id] of layer.entries()) places.set(id, { x: 24 + left + x * APART.x + BOX.width / 2, y: 24 + y * APART.y + BOX.height / 2 });
  }
  const at = (id: string): Place => places.get(id) ?? { x: 0, y: 0 };
  return {
    boxes: outline.nodes.map((node) => ({ id: node.id, node, words: wordsOf(node, language, prompts), ...at(node.id) })),
    lines: lines.map((line) => ({ ...line, points: between(at(line.from), at(line.to)) })),
    width: 48 + widest * APART.x,
    height: 48 + layers.length * APART.y,
  };
}

function layersOf(outline: Outline, lines: { from: string; to: string }[]): string[][] {
  const next = new Map<string, string[]>(outline.nodes.map((node) => [node.id, []]));
  for (const { from, to } of lines) next.get(from)?.push(to);
  const seen = new Set<string>();
  const layers: string[][] = [];
  let layer = next.has(outline.start) ? [outline.start] : [];
  while (layer.length) {
    for (const id of layer) seen.add(id);
    layers.push(layer);
    layer = [...new Set(layer.flatMap((id) => next.get(id) ?? []))].filter((id) => !seen.has(id));
  }
  const unreached = outline.nodes.map((node) => node.id).filter((id) => !seen.has(id));
  return unreached.length ? [...layers, unreached] : layers;
}

/** From the foot of a box to the head of one below it; round the side to one that is not below. */
function between(from: Place, to: Place): Place[] {
  const half = BOX.height / 2;
  if (to.y > from.y) return [{ x: from.x, y: from.y + half }, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, { x: to.x, y: to.y - half }];
  const side = Math.max(from.x, to.x) + BOX.width / 2 + 20;
  return [{ x: from.x + BOX.width / 2, y: from.y }, { x: side, y: (from.y + to.y) / 2 }, { x: to.x + BOX.width / 2, y: to.y }];
}
