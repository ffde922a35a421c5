/** The centre document as text to edit: YAML out, YAML or JSON in, and where in the text a problem lies. Pure. */
import { isMap, isNode, isSeq, LineCounter, type Document, parseDocument, stringify } from "yaml";
import type { Centre } from "@/wire/types";

export type Form = "yaml" | "json";

export interface TextProblem {
  /** From 1; 0 when the place is not known. */
  line: number;
  message: string;
}

export type Read = { centre: Centre; problems: [] } | { centre: null; problems: TextProblem[] };

export function written(centre: Centre, form: Form): string {
  if (form === "json") return `${JSON.stringify(centre, null, 2)}\n`;
  return stringify(centre, { lineWidth: 110, singleQuote: false, aliasDuplicateObjects: false });
}

/** JSON is YAML too, so one reader serves both. */
export function read(text: string): Read {
  const { document, lines } = parsed(text);
  if (document.errors.length) {
    const problems = document.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, message: firstLine(error.message) }));
    return { centre: null, problems };
  }
  if (!isMap(document.contents)) return { centre: null, problems: [{ line: 1, message: "agents: …, queues: …" }] };
  return { centre: document.toJS() as Centre, problems: [] };
}

function parsed(text: string): { document: Document.Parsed; lines: LineCounter } {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, prettyErrors: false }), lines };
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}

/** The line of a path as the server writes it, e.g. `queues[1].survey`; the nearest parent when it is not there. */
export function lineOf(text: string, path: string): number {
  const { document, lines } = parsed(text);
  const keys = [...path.matchAll(/[^.[\]]+/g)].map((match) => match[0]);
  if (keys[0] === "document" || keys[0] === "$") keys.shift();
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const at = startOf(document, keys.slice(0, depth));
    if (at !== null) return lines.linePos(at).line;
  }
  return 0;
}

function startOf(document: Document.Parsed, keys: string[]): number | null {
  let node: unknown = document.contents;
  let at: number | null = null;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === key);
      if (!pair || !isNode(pair.key)) return null;
      at = pair.key.range?.[0] ?? at;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) return null;
      at = node.range?.[0] ?? at;
    } else return null;
  }
  return at;
}
