/** What is drawn of a flow: boxes, and lines between them with their keys and counts. Pure; where they lie is told by the layout. */
import type { FlowToday, Outline, OutlineNode, Plain } from "@/wire/flows";
import type { CallView, Language } from "@/wire/types";

export const BOX = { width: 224, height: 76 };

export interface Box {
  id: string;
  node: OutlineNode;
  /** What it says, or names, in the chosen language. */
  words: string;
  x: number;
  y: number;
}

export interface Line {
  id: string;
  from: string;
  to: string;
  /** What leads there: keys, or the names of fields. */
  labels: string[];
  points: { x: number; y: number }[];
}

export interface Drawing {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

/** Keys as they are pressed, everything else by the field that names the other node; `next` says nothing. */
export function labelOf(path: string, fields: Plain): string {
  const steps = path.split(".");
  if (steps[0] === "keys" || steps[0] === "answers") return steps[1] ?? "";
  const place = steps.slice(0, -1).reduce<Plain | undefined>((p, step) => (p && typeof p === "object" ? (p as Record<string, Plain>)[step] : undefined), fields);
  const range = place && typeof place === "object" && !Array.isArray(place) ? place : {};
  if (typeof range.from === "string" && typeof range.to === "string") return `${range.from}–${range.to}`;
  const named = range.when ?? range.if ?? range.name ?? range.value ?? (typeof range.percent === "string" ? `${range.percent}%` : undefined);
  if (steps.length > 1 && steps.at(-1) === "next" && typeof named === "string") return named;
  if (steps.length === 2 && !Array.isArray(place)) return steps[1] ?? "";
  return steps.length === 1 && steps[0] === "next" ? "" : (steps.findLast((step) => Number.isNaN(Number(step)) && step !== "next") ?? "");
}

export function linesOf(outline: Outline): Omit<Line, "points">[] {
  const there = new Set(outline.nodes.map((node) => node.id));
  const lines = new Map<string, Omit<Line, "points">>();
  for (const node of outline.nodes) {
    for (const edge of node.edges) {
      if (!there.has(edge.to)) continue;
      const id = `${node.id}>${edge.to}`;
      const line = lines.get(id) ?? { id, from: node.id, to: edge.to, labels: [] };
      const label = labelOf(edge.path, node.fields);
      if (label && !line.labels.includes(label)) line.labels.push(label);
      lines.set(id, line);
    }
  }
  return [...lines.values()];
}

const textIn = (value: Plain | undefined, language: Language): string => {
  if (typeof value === "string") return value;
  if (!value || Array.isArray(value)) return "";
  const said = value[language];
  return typeof said === "string" ? said : "";
};

/** The node in a few words: what it says; else what it names. `prompts`: texts of prompts by name. */
export function wordsOf(node: OutlineNode, language: Language, prompts: Record<string, Record<string, string>> = {}): string {
  const fields = typeof node.fields === "object" && !Array.isArray(node.fields) ? node.fields : {};
  const said = textIn(fields.say, language) || (typeof fields.play === "string" ? (prompts[fields.play]?.[language] ?? fields.play) : "");
  if (said) return said;
  const plain = Object.entries(fields).filter(([name, value]) => typeof value === "string" && !node.edges.some((edge) => edge.path === name));
  return plain.slice(0, 2).map(([, value]) => String(value)).join(" · ");
}

// ---- the callers

export interface InFlow {
  call: string;
  node: string;
  /** 0: another flow has led the caller here. */
  version: number;
  since: number;
}

/** `flow.node` of every flow the call is in: where it is, and where the flows wait that have led it there. */
function placesOf(call: CallView): string[] {
  if (!call.node) return [];
  return call.within.length ? [...call.within, call.node] : [`${call.flow}.${call.node}`];
}

const flowOf = (place: string): string => place.slice(0, place.indexOf("."));

/** Callers in the flow now; one whom it has led into another flow stands at the node that did. */
export function callersIn(flow: string, calls: Record<string, CallView>): InFlow[] {
  return Object.values(calls).flatMap((call) =>
    placesOf(call)
      .filter((place) => flowOf(place) === flow)
      .map((place) => ({ call: call.id, node: place.slice(flow.length + 1), version: call.flow === flow ? call.flow_version : 0, since: call.since })),
  );
}

export function byNode(callers: readonly InFlow[]): Record<string, InFlow[]> {
  const found: Record<string, InFlow[]> = {};
  for (const one of callers) (found[one.node] ??= []).push(one);
  return found;
}

export function countsByFlow(calls: Record<string, CallView>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const place of Object.values(calls).flatMap(placesOf)) counts[flowOf(place)] = (counts[flowOf(place)] ?? 0) + 1;
  return counts;
}

// ---- the day

export interface DayCounts {
  calls: number;
  /** By the id of the line. */
  lines: Record<string, number>;
  /** How often each key or way of a line was taken. */
  keys: Record<string, Record<string, number>>;
  /** How often callers came to a node. */
  nodes: Record<string, number>;
  /** How flows ended at a node, by result. */
  ends: Record<string, Record<string, number>>;
  /** Of versions before the one that is shown. */
  older: number;
}

/** All versions together: a line that is still there was taken by all who took it. */
export function dayCounts(today: FlowToday | null, shown: number): DayCounts {
  const day: DayCounts = { calls: 0, lines: {}, keys: {}, nodes: {}, ends: {}, older: 0 };
  for (const { version, hops } of today?.versions ?? []) {
    for (const { begin, end, key, calls } of hops) {
      if (begin === "") {
        day.calls += calls;
        if (version !== shown) day.older += calls;
      }
      if (end === "") {
        const ends = (day.ends[begin] ??= {});
        ends[key] = (ends[key] ?? 0) + calls;
        continue;
      }
      day.nodes[end] = (day.nodes[end] ?? 0) + calls;
      if (begin === "") continue;
      const line = `${begin}>${end}`;
      day.lines[line] = (day.lines[line] ?? 0) + calls;
      const keys = (day.keys[line] ??= {});
      keys[key] = (keys[key] ?? 0) + calls;
    }
  }
  return day;
}

/** From 1.4 to 7 pixels, by the root: a hundredth of the traffic is still seen. */
export const thickness = (calls: number, most: number): number => (calls > 0 && most > 0 ? 1.4 + 5.6 * Math.sqrt(calls / most) : 1.4);

/** Through the points with rounded corners. */
export function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const last = rest.at(-1);
  if (!last) return `M${round(first.x)},${round(first.y)}`;
  const middles = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${round(point.x)},${round(point.y)} ${round((point.x + next.x) / 2)},${round((point.y + next.y) / 2)}`;
  });
  return [`M${round(first.x)},${round(first.y)}`, ...middles, `L${round(last.x)},${round(last.y)}`].join(" ");
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The box to go to from one by an arrow key: the nearest in that direction. */
export function neighbour(boxes: readonly Box[], from: string, key: string): string {
  const here = boxes.find((box) => box.id === from);
  if (!here) return boxes[0]?.id ?? "";
  const along = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[key];
  if (!along) return from;
  const [ax, ay] = along as [number, number];
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const dx = box.x - here.x;
    const dy = box.y - here.y;
    const ahead = dx * ax + dy * ay;
    if (ahead <= 8) continue;
    const aside = Math.abs(dx * ay) + Math.abs(dy * ax);
    const far = ahead + 2.5 * aside;
    if (far < least) [least, best] = [far, box.id];
  }
  return best;
}
