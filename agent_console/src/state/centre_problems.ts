/** Problems of a draft: gathered, found again at their fields, and put into the reader's words. Pure. */
import type { ShapeProblem } from "@/state/centre_schema";
import { isKind, isPart, type Kind, nameOf, type Part, steps, type WholeCentre } from "@/state/centre_shape";
import type { Language } from "@/wire/types";

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

export type ShapeWords = Record<ShapeProblem["word"], string | ((given: string) => string)>;

export function worded(problem: ShapeProblem, words: ShapeWords, language: Language): PathProblem {
  const word = words[problem.word];
  const given = typeof problem.given === "string" ? problem.given : problem.given[language];
  return { path: problem.path, message: typeof word === "function" ? word(given) : word };
}
