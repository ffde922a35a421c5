/** Who refers to what: for deleting, and for showing what an entry is used by. Pure. */
import { at, type Kind, KINDS, nameOf, type Path, put, type WholeCentre, type WholeDestination, type WholeQueue } from "@/state/centre_shape";

export interface Use {
  kind: Kind;
  name: string;
  path: Path;
  /** Taken out by itself when what it names is deleted; a destination is not: somebody must say where callers go. */
  loose: boolean;
}

interface Reference {
  path: Path;
  names: string[];
  loose: boolean;
}

type Target = "skills" | "groups" | "agents" | "queues" | "tiers" | "numbers" | "rosters" | "dispositions";

export function usesOf(centre: WholeCentre, kind: Kind, name: string): Use[] {
  return references(centre, kind as Target)
    .filter((reference) => reference.names.includes(name))
    .map(({ path, loose }) => {
      const [where, index] = path as [Kind, number];
      return { kind: where, name: nameOf(where, centre[where][index]), path, loose };
    });
}

/** Without the entry, and without what named it where nothing else is needed in its place. */
export function without(centre: WholeCentre, kind: Kind, name: string): WholeCentre {
  const freed = usesOf(centre, kind, name)
    .filter((use) => use.loose)
    .reduce((result, use) => put(result, use.path, released(at(result, use.path), name)), centre);
  return { ...freed, [kind]: (freed[kind] as unknown[]).filter((entry) => nameOf(kind, entry) !== name) };
}

function released(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== name);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  return null;
}

function references(centre: WholeCentre, kind: Target): Reference[] {
  const fields: Partial<Record<Target, [Kind, string][]>> = {
    skills: [["agents", "skills"], ["queues", "skills"]],
    groups: [["agents", "groups"], ["queues", "groups"]],
    queues: [["agents", "queues"], ["alerts", "queue"]],
    dispositions: [["dispositions", "parent"]],
    tiers: [["rules", "tiers"]],
    numbers: [["rules", "dialled"]],
    rosters: [["agents", "roster"], ["queues", "roster"], ["rules", "open"], ["rules", "closed"]],
  };
  const plain = (fields[kind] ?? []).flatMap(([where, field]) =>
    centre[where].map((entry, i) => ({ path: [where, i, field], names: namesIn(at(entry, [field])), loose: true })),
  );
  return kind === "queues" || kind === "agents" ? [...plain, ...destinationReferences(centre, kind)] : plain;
}

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value as string[];
  if (value && typeof value === "object") return Object.keys(value);
  return typeof value === "string" ? [value] : [];
}

function destinationReferences(centre: WholeCentre, kind: "queues" | "agents"): Reference[] {
  return destinations(centre).map(({ path, to }) => {
    const named = to.to === "voicemail" || `${to.to}s` === kind ? [to.id] : [];
    return { path, names: [...named, ...(kind === "queues" && to.queue ? [to.queue] : [])], loose: false };
  });
}

/** Every destination of the document with its path. */
function destinations(centre: WholeCentre): { path: Path; to: WholeDestination }[] {
  const ofQueues = centre.queues.flatMap((queue, i) => queueDestinations(queue).map(({ path, to }) => ({ path: ["queues", i, ...path], to })));
  return [...ofQueues, ...centre.rules.map((rule, i) => ({ path: ["rules", i, "to"], to: rule.to }))];
}

function queueDestinations(queue: WholeQueue): { path: Path; to: WholeDestination }[] {
  const exits = Object.entries(queue.exits).map(([key, to]) => ({ path: ["exits", key], to }));
  const instead = Object.entries(queue.instead).flatMap(([why, to]) => (to ? [{ path: ["instead", why], to }] : []));
  return [...exits, ...instead];
}

/** Whoever serves a queue: named in it, or by a group. */
export function servedBy(centre: WholeCentre, queue: WholeQueue): { agent: string; by: string }[] {
  return centre.agents.flatMap((agent) => {
    if (agent.queues.includes(queue.id)) return [{ agent: agent.id, by: "" }];
    const group = agent.groups.find((one) => queue.groups.includes(one));
    return group ? [{ agent: agent.id, by: group }] : [];
  });
}

/** Why a name cannot be given to a new entry. */
export function nameProblem(centre: WholeCentre, kind: Kind, name: string): "" | "form" | "taken" {
  if (!FORMS[kind].test(name)) return "form";
  return centre[kind].some((entry) => nameOf(kind, entry) === name) ? "taken" : "";
}

const SLUG = /^[a-z][a-z0-9_]{0,31}$/;
const FORMS: Record<Kind, RegExp> = {
  ...(Object.fromEntries(KINDS.map((kind) => [kind, SLUG])) as Record<Kind, RegExp>),
  agents: /^[0-9]{3,6}$/,
  tiers: /^[A-Z]$/,
  numbers: /^\+?[0-9]{3,15}$/,
  blacklist: /^\+?[0-9]{1,15}$/,
};
