/** Changes to a flow's text: of each node that is changed only its own lines are written anew. Pure. */
import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar, YAMLMap, Document as NewDocument } from "yaml";
import type { OutlineNode, Plain } from "@/wire/flows";

export type Path = (string | number)[];

const MORE = "  ";
/** Every value is the text that is written, as the server reads it: 0101 is no number, and stays 0101. */
const READ = { schema: "failsafe", version: "1.2", logLevel: "silent" } as const;

/** The field of an edge as a path: `ranges.0.next` -> ["ranges", 0, "next"]; keys of a telephone stay texts. */
export function pathOf(written: string, fields: Plain): Path {
  let place: Plain | undefined = fields;
  return written.split(".").map((step) => {
    const list: boolean = Array.isArray(place);
    place = Array.isArray(place) ? place[Number(step)] : typeof place === "object" ? place?.[step] : undefined;
    return list ? Number(step) : step;
  });
}

/** Whether nodes can be edited one by one: the text is YAML and has its nodes below each other. */
export function isEditable(source: string): boolean {
  const document = parsed(source);
  return document !== null && nodesOf(document) !== null && !nodesOf(document)?.flow;
}

/** `undefined` takes the field away. */
export function withField(source: string, node: string, path: Path, value: unknown): string {
  return changed(source, node, (document, pair) => {
    const whole = nodesOf(document);
    if (!whole || !isMap(pair.value)) return;
    if (value === undefined) pair.value.deleteIn(path);
    else pair.value.setIn(path, written(document, value));
  });
}

export function withNode(source: string, node: string, fields: Record<string, unknown>): string {
  const document = parsed(source);
  const nodes = document && nodesOf(document);
  if (!document || !nodes) return source;
  const map = written(document, fields) as YAMLMap;
  const pair = document.createPair(node, map);
  const block = print(pair as Pair);
  return `${source.replace(/\s*$/, "\n")}\n${indented(block)}`;
}

/** The text of one node as it is written, without the indent; empty when there is none. */
export function nodeText(source: string, node: string): string {
  const lines = source.split("\n");
  const span = spanOf(source, node);
  if (!span) return "";
  const indent = /^ */.exec(lines[span.from] ?? "")?.[0].length ?? 0;
  return lines.slice(span.from, span.to).map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length))).join("\n");
}

/** `text` as `nodeText` gives it. */
export function withNodeText(source: string, node: string, text: string): string {
  const span = spanOf(source, node);
  if (!span) return source;
  const lines = source.split("\n");
  const indent = /^ */.exec(lines[span.from] ?? "")?.[0] ?? MORE;
  const block = text.replace(/\s+$/, "").split("\n").map((line) => (line ? indent + line : line));
  return [...lines.slice(0, span.from), ...block, ...lines.slice(span.to)].join("\n");
}

export function withoutNode(source: string, node: string): string {
  const span = spanOf(source, node);
  if (!span) return source;
  const lines = source.split("\n");
  const from = commentBefore(lines, span.from);
  const rest = lines.slice(span.to);
  while (rest.length && !rest[0]?.trim() && (lines[from - 1] ?? "").trim() === "") rest.shift();
  return [...lines.slice(0, from), ...rest].join("\n");
}

/** The node under another id, with every way to it; `nodes` as the outline has them. */
export function renamed(source: string, from: string, to: string, nodes: readonly OutlineNode[]): string {
  let text = source;
  for (const node of nodes) {
    for (const edge of node.edges) if (edge.to === from) text = withField(text, node.id, pathOf(edge.path, node.fields), to);
  }
  text = withStart(text, (start) => (start === from ? to : start));
  const span = spanOf(text, from);
  if (!span) return text;
  const lines = text.split("\n");
  lines[span.from] = (lines[span.from] ?? "").replace(from, to);
  return lines.join("\n");
}

/** Changes what stands at the top of the file: `start`, `flow`, `name`. */
export function withTop(source: string, path: Path, value: unknown): string {
  const key = String(path[0]);
  const document = parsed(source);
  if (!document) return source;
  const span = spanIn(source, document.contents as YAMLMap, key);
  document.setIn(path, written(document, value));
  const pair = (document.contents as YAMLMap).items.find((one) => nameOf(one) === key);
  const lines = source.split("\n");
  const block = pair ? print(pair as Pair).replace(/\n$/, "").split("\n") : [];
  if (!span) return [...block, ...lines].join("\n");
  return [...lines.slice(0, span.from), ...block, ...lines.slice(span.to)].join("\n");
}

function withStart(source: string, change: (start: string) => string): string {
  const document = parsed(source);
  const start = document?.get("start");
  const next = typeof start === "string" ? change(start) : start;
  return next === start ? source : withTop(source, ["start"], next);
}

// ---- the text and its parts

function parsed(source: string): Document | null {
  const document = parseDocument(source, READ);
  return document.errors.length || !isMap(document.contents) ? null : (document as Document);
}

function nodesOf(document: Document): YAMLMap | null {
  const nodes = document.get("nodes");
  return isMap(nodes) ? (nodes as YAMLMap) : null;
}

const nameOf = (pair: Pair<unknown, unknown>): string => (isScalar(pair.key) ? String((pair.key as Scalar).value) : String(pair.key));

/** Numbers and yes or no as they are written. */
function written(document: Document, value: unknown): unknown {
  return document.createNode(asText(value));
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, asText(one)]));
  return value === null || value === undefined ? "" : String(value);
}

function changed(source: string, node: string, change: (document: Document, pair: Pair) => void): string {
  const document = parsed(source);
  const nodes = document && nodesOf(document);
  const pair = nodes?.items.find((one) => nameOf(one as Pair) === node) as Pair | undefined;
  const span = nodes ? spanIn(source, nodes, node) : null;
  if (!document || !pair || !span) return source;
  change(document, pair);
  const lines = source.split("\n");
  return [...lines.slice(0, span.from), ...indented(print(pair)).replace(/\n$/, "").split("\n"), ...lines.slice(span.to)].join("\n");
}

const indented = (block: string) => block.split("\n").map((line) => (line ? MORE + line : line)).join("\n");

function print(pair: Pair): string {
  const own = new NewDocument({}, READ);
  const map = new YAMLMap();
  const bare = pair.key as Scalar;
  if (isScalar(bare)) bare.commentBefore = null;
  if (isScalar(bare)) bare.spaceBefore = false;
  map.items.push(pair as never);
  own.contents = map as never;
  return own.toString({ lineWidth: 110, singleQuote: false });
}

interface Span {
  /** Lines from 0; `to` is not in it. */
  from: number;
  to: number;
}

function spanOf(source: string, node: string): Span | null {
  const document = parsed(source);
  const nodes = document && nodesOf(document);
  return nodes ? spanIn(source, nodes, node) : null;
}

function spanIn(source: string, map: YAMLMap, key: string): Span | null {
  const pair = map.items.find((one) => nameOf(one as Pair) === key);
  const begin = (pair?.key as Scalar | undefined)?.range?.[0];
  if (!pair || begin === undefined || begin === null) return null;
  const value = pair.value as { range?: [number, number, number] | null } | null;
  const end = value?.range?.[1] ?? begin;
  const from = lineAt(source, begin);
  const lines = source.split("\n");
  let to = lineAt(source, Math.max(begin, end - 1)) + 1;
  while (to > from + 1 && !own(lines[to - 1] ?? "", lines[from] ?? "")) to -= 1;
  return { from, to };
}

const depth = (text: string): number => text.length - text.trimStart().length;

/** A blank line, or a comment no deeper than the key, belongs to what follows. */
function own(line: string, key: string): boolean {
  return line.trim() !== "" && !(line.trim().startsWith("#") && depth(line) <= depth(key));
}

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split("\n").length - 1;

function commentBefore(lines: string[], line: number): number {
  let from = line;
  while (from > 0 && (lines[from - 1] ?? "").trim().startsWith("#")) from -= 1;
  return from;
}

// ---- one field as text

export interface FieldValue {
  value: unknown;
  trouble: string;
}

/** What a field's text means; `trouble` in the words of the YAML reader when it means nothing. */
export function fieldValue(text: string): FieldValue {
  const document = parseDocument(text, READ);
  const error = document.errors[0];
  return error ? { value: undefined, trouble: error.message.split("\n")[0] ?? error.code } : { value: document.toJS(), trouble: "" };
}

/** A field's value as it is written on lines of its own. */
export function writtenValue(value: Plain | undefined): string {
  if (value === undefined) return "";
  return new NewDocument(value, READ).toString({ lineWidth: 60 }).replace(/\n$/, "");
}

export const isSame = (one: string, other: string): boolean => one.trim() === other.trim();
