/** Problems of a draft: gathered, found again at their fields, and put into the reader's words. Pure. */
import type { ShapeProblem } from "@/state/centre_schema";
import { isKind, isPart, type Kind, nameOf, type Part, steps, type WholeCentre } from "@/state/centre_shape";

export interface PathProblem {
  path: string;
  message: string;
}

/** Problems at the field itself or inside it: `queues[1].skills` also owns `queues[1].skills.english`. */
export function problemsAt(problems: PathProblem[], path: string): PathProblem[] {
  return problems.filter((problem) => isWithin(problem.path, path));
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

export interface Place {
  section: Kind | Part | "holidays" | "centre";
  /** The entry's name; empty when the path leads to none. */
  entry: string;
}

/** Where in the editor a path is edited. */
export function placeOf(centre: WholeCentre, path: string): Place {
  const [first, index] = steps(path.replace(/^(document|\$)\.?/, ""));
  if (first === "holidays") return { section: "holidays", entry: "" };
  if (isPart(first)) return { section: first, entry: "" };
  if (!isKind(first)) return { section: "centre", entry: "" };
  const entry = typeof index === "number" ? centre[first][index] : undefined;
  return { section: first, entry: entry ? nameOf(first, entry) : "" };
}

const PARTS = "zone|country|area_code|skills|groups|agents|staff|queues|tiers|numbers|rules|blacklist|rosters|holidays|pause_reasons|dispositions|roles|outbound|recording|rooms|pages|alerts|supervision|reconnection";
const NEXT_PROBLEM = new RegExp(`\\n|; (?=(?:${PARTS})[\\w.[\\]*#]*: )`);

/** A refusal that lists several problems in one message, each beginning with its path. */
export function toldIn(message: string, field: string): PathProblem[] {
  return message.split(NEXT_PROBLEM).filter(Boolean).map((told) => {
    const [, path = "", rest = ""] = /^([a-z_]+(?:\[\d+\])?(?:\.[a-z0-9_*#]+(?:\[\d+\])?)*): (.*)$/s.exec(told) ?? [];
    return path ? { path, message: rest } : { path: field.replace(/^(document|\$)\.?/, ""), message: told };
  });
}

export type ShapeWords = Record<ShapeProblem["word"], string | ((given: string) => string)>;

export function worded(problem: ShapeProblem, words: ShapeWords): PathProblem {
  const word = words[problem.word];
  return { path: problem.path, message: typeof word === "function" ? word(problem.given) : word };
}

export interface ServerWords {
  unknown: (kind: string, name: string) => string;
  twice: (name: string) => string;
  itself: string;
  relax: string;
  wrapUp: string;
  callback: string;
  before: (date: string) => string;
  zone: (name: string) => string;
}

/** The server's sentence in the reader's language where its kind is known; as it is otherwise. */
export function translated(message: string, words: ServerWords): string {
  const unknown = /^there is no (\w+) '(.*)'; known: /.exec(message);
  if (unknown) return words.unknown(unknown[1] ?? "", unknown[2] ?? "");
  const twice = /^'(.*)' is there twice/.exec(message);
  if (twice) return words.twice(twice[1] ?? "");
  const before = /^before (\S+); allowed/.exec(message);
  if (before) return words.before(before[1] ?? "");
  const zone = /no time zone '(.*?)'|^'(.*)' is no time zone/.exec(message);
  if (zone) return words.zone(zone[1] ?? zone[2] ?? "");
  const fixed: [string, string][] = [
    ["is this queue itself", words.itself],
    ["each step comes later", words.relax],
    ["shorter than wrap_up_s", words.wrapUp],
    ["callbacks need a queue", words.callback],
  ];
  return fixed.find(([part]) => message.includes(part))?.[1] ?? message;
}
