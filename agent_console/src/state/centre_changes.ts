/** What a draft changes, entry by entry and field by field; and two people's changes brought together. Pure. */
import { isKind, type Kind, KINDS, nameOf, type Part, PARTS, type Path, same, type WholeCentre } from "@/state/centre_shape";

export interface FieldChange {
  /** Within the entry, or within the document for what belongs to no list. */
  path: Path;
  from: unknown;
  to: unknown;
}

export interface Change {
  kind: Kind | Part | "holidays" | "centre";
  what: "added" | "removed" | "changed" | "moved";
  /** The entry's id or number; empty for the document itself. */
  name: string;
  fields: FieldChange[];
}

type Item = Record<string, unknown>;

export function changes(base: WholeCentre, now: WholeCentre): Change[] {
  const { fields, ...rest } = changedItself(base, now);
  const itself: Change[] = fields.length ? [{ ...rest, fields }] : [];
  const holidays: Change[] = same(base.holidays, now.holidays)
    ? []
    : [{ kind: "holidays", what: "changed", name: "", fields: [{ path: ["holidays"], from: base.holidays, to: now.holidays }] }];
  return [...itself, ...PARTS.flatMap((part) => changedPart(part, base, now)), ...KINDS.flatMap((kind) => changesOf(kind, base[kind], now[kind])), ...holidays];
}

function changedItself(base: WholeCentre, now: WholeCentre): Change {
  const fields = (["zone", "country", "area_code"] as const)
    .filter((key) => base[key] !== now[key])
    .map((key) => ({ path: [key], from: base[key], to: now[key] }));
  return { kind: "centre", what: "changed", name: "", fields };
}

function changedPart(part: Part, base: WholeCentre, now: WholeCentre): Change[] {
  const fields = fieldChanges(base[part] as unknown as Item, now[part] as unknown as Item);
  return fields.length ? [{ kind: part, what: "changed", name: "", fields }] : [];
}

function changesOf(kind: Kind, before: unknown[], after: unknown[]): Change[] {
  const old = byName(kind, before);
  const fresh = byName(kind, after);
  const found: Change[] = [];
  for (const [name, entry] of fresh) {
    const was = old.get(name);
    if (!was) found.push({ kind, what: "added", name, fields: [] });
    else if (!same(was, entry)) found.push({ kind, what: "changed", name, fields: fieldChanges(was, entry) });
  }
  for (const name of old.keys()) if (!fresh.has(name)) found.push({ kind, what: "removed", name, fields: [] });
  const moved = kind === "rules" && !same(kept(old, fresh), kept(fresh, old));
  return moved ? [...found, { kind, what: "moved", name: "", fields: [] }] : found;
}

const byName = (kind: Kind, entries: unknown[]) => new Map(entries.map((entry) => [nameOf(kind, entry), entry as Item]));
const kept = (these: Map<string, Item>, others: Map<string, Item>) => [...these.keys()].filter((name) => others.has(name));

/** Down to the fields; a text in two languages, a list and a destination count as one field. */
function fieldChanges(before: Item, after: Item, path: Path = []): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [from, to] = [before[key], after[key]];
    if (same(from, to)) return [];
    return isSection(from) && isSection(to) ? fieldChanges(from, to, [...path, key]) : [{ path: [...path, key], from, to }];
  });
}

const isSection = (value: unknown): value is Item =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !("zh-CN" in value) && !("to" in value);

export interface Merged {
  centre: WholeCentre;
  /** What both changed differently: theirs stays. */
  collisions: { kind: string; name: string; path: Path }[];
}

/** My changes to `base` made again on what is in force now; where both changed the same field, theirs counts. */
export function merged(base: WholeCentre, mine: WholeCentre, theirs: WholeCentre): Merged {
  const collisions: Merged["collisions"] = [];
  const centre = mergedFields(base as never, mine as never, theirs as never, [], collisions) as unknown as WholeCentre;
  return { centre, collisions };
}

function mergedValue(base: unknown, mine: unknown, theirs: unknown, path: Path, collisions: Merged["collisions"]): unknown {
  if (same(mine, base) || same(mine, theirs)) return theirs;
  if (same(theirs, base)) return mine;
  const kind = path[0];
  if (path.length === 1 && isKind(kind)) return mergedEntries(kind, base as Item[], mine as Item[], theirs as Item[], collisions);
  if (isSection(base) && isSection(mine) && isSection(theirs)) return mergedFields(base, mine, theirs, path, collisions);
  collisions.push({ kind: String(path[0]), name: String(path[1] ?? ""), path: path.slice(2) });
  return theirs;
}

function mergedFields(base: Item, mine: Item, theirs: Item, path: Path, collisions: Merged["collisions"]): Item {
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const entries = keys.map((key) => [key, mergedValue(base[key], mine[key], theirs[key], [...path, key], collisions)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Item;
}

function mergedEntries(kind: Kind, base: Item[], mine: Item[], theirs: Item[], collisions: Merged["collisions"]): Item[] {
  const [were, own, other] = [byName(kind, base), byName(kind, mine), byName(kind, theirs)];
  const iMoved = !same(kept(were, own), kept(own, were));
  const names = new Set(iMoved ? [...own.keys(), ...other.keys()] : [...other.keys(), ...own.keys()]);
  const result = [...names].map((name) =>
    mergedValue(were.get(name), own.get(name), other.get(name), [kind, name], collisions),
  );
  return result.filter((entry) => entry !== undefined) as Item[];
}
