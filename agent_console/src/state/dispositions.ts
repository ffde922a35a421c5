/** Dispositions as a tree: only leaves are chosen. Pure. */
import type { DeskDisposition } from "@/wire/types";

const childrenOf = (all: readonly DeskDisposition[], parent: string): DeskDisposition[] =>
  all.filter((one) => (one.parent ?? "") === parent);

export const isLeaf = (all: readonly DeskDisposition[], id: string): boolean => !all.some((one) => one.parent === id);

/** From the top down to the entry itself; empty when there is none of that id. */
export function pathTo(all: readonly DeskDisposition[], id: string): DeskDisposition[] {
  const path: DeskDisposition[] = [];
  for (let one = all.find((entry) => entry.id === id); one && !path.includes(one); ) {
    path.unshift(one);
    const above = one.parent;
    one = above ? all.find((entry) => entry.id === above) : undefined;
  }
  return path;
}

/** The columns of a cascade that is open at `at`: the top, then what is below each chosen entry. */
export function columns(all: readonly DeskDisposition[], at: string): DeskDisposition[][] {
  const chosen = pathTo(all, at).map((one) => one.id);
  return ["", ...chosen].map((parent) => childrenOf(all, parent)).filter((column) => column.length);
}

/** Leaves whose path has every word of `text`, by `nameOf`. */
export function found(all: readonly DeskDisposition[], text: string, nameOf: (one: DeskDisposition) => string): DeskDisposition[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = (one: DeskDisposition) => pathTo(all, one.id).map(nameOf).join(" ").toLowerCase();
  return all.filter((one) => isLeaf(all, one.id) && words.every((word) => named(one).includes(word)));
}
