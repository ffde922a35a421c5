/** Dispositions as the editor shows them: a tree, in the document's order among those of one parent. Pure. */
import type { WholeDisposition } from "@/state/centre_shape";

export interface Branch {
  entry: WholeDisposition;
  /** Its place in the document. */
  i: number;
  depth: number;
  /** The places of those beside it, in order. */
  siblings: number[];
}

/** From the top down, each followed by what is below it. An entry whose parent is gone, or below itself, stands at the top. */
export function branches(all: readonly WholeDisposition[]): Branch[] {
  const seen = new Set<number>();
  const tree = below(all, null, 0, seen);
  const lost = all.flatMap((entry, i) => (seen.has(i) ? [] : [{ entry, i, depth: 0, siblings: [i] }]));
  return [...tree, ...lost];
}

function below(all: readonly WholeDisposition[], parent: string | null, depth: number, seen: Set<number>): Branch[] {
  const siblings = all.flatMap((entry, i) => (parentIn(all, entry) === parent && !seen.has(i) ? [i] : []));
  for (const i of siblings) seen.add(i);
  return siblings.flatMap((i) => {
    const entry = all[i] as WholeDisposition;
    return [{ entry, i, depth, siblings }, ...below(all, entry.id, depth + 1, seen)];
  });
}

const parentIn = (all: readonly WholeDisposition[], entry: WholeDisposition): string | null =>
  entry.parent && all.some((one) => one.id === entry.parent) ? entry.parent : null;

/** What an entry may be put below: neither itself nor anything below it. */
export function possibleParents(all: readonly WholeDisposition[], id: string): WholeDisposition[] {
  const under = new Set(below(all, id, 0, new Set()).map(({ entry }) => entry.id));
  return all.filter((one) => one.id !== id && !under.has(one.id));
}

/** The list with two entries in each other's place. */
export function swapped<T>(all: readonly T[], one: number, other: number): T[] {
  const next = [...all];
  [next[one], next[other]] = [all[other] as T, all[one] as T];
  return next;
}
