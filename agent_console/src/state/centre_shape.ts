/** The centre document with every field filled in, as the editor holds it. */
import type {
  Agent, Alert, Blocked, CallbackPolicy, Centre, Choice, Destination, Disposition, Holiday, HotlineNumber, PageLink, Queue, RecordingRule, RetentionRule, RoleRights, Room, Roster, Rule, Shift, Staff, Tier,
} from "@/wire/types";

/** What may be left out when it is sent is always there while it is edited. */
type Whole<T> = T extends (infer Item)[] ? Whole<Item>[] : T extends object ? { [Key in keyof T]-?: Whole<T[Key]> } : T;

export type WholeCentre = Whole<Centre>;
export type WholeQueue = Whole<Queue>;
export type WholeAgent = Whole<Agent>;
export type WholeRule = Whole<Rule>;
export type WholeRoster = Whole<Roster>;
export type WholeDestination = Whole<Destination>;
export type WholeShift = Whole<Shift>;
export type WholeHoliday = Whole<Holiday>;
export type WholeCallback = Whole<CallbackPolicy>;
export type WholeDisposition = Whole<Disposition>;
export type WholeAlert = Whole<Alert>;
export type WholeRecordingRule = Whole<RecordingRule>;
export type WholeRetentionRule = Whole<RetentionRule>;

/** The lists of the document whose entries are known by a name of their own. */
interface Entries {
  skills: Whole<Choice>;
  groups: Whole<Choice>;
  agents: WholeAgent;
  staff: Whole<Staff>;
  queues: WholeQueue;
  tiers: Whole<Tier>;
  numbers: Whole<HotlineNumber>;
  rules: WholeRule;
  blacklist: Whole<Blocked>;
  rosters: WholeRoster;
  pause_reasons: Whole<Choice>;
  dispositions: WholeDisposition;
  rooms: Whole<Room>;
  pages: Whole<PageLink>;
  alerts: WholeAlert;
  roles: Whole<RoleRights>;
}
export type Kind = keyof Entries;

export const KINDS: Kind[] = [
  "skills", "groups", "agents", "staff", "queues", "tiers", "numbers", "rules", "blacklist", "rosters", "pause_reasons", "dispositions",
  "rooms", "pages", "alerts", "roles",
];

/** What belongs to the document as a whole and has fields of its own. */
export const PARTS = ["outbound", "recording", "supervision", "reconnection"] as const;
export type Part = (typeof PARTS)[number];
export const isPart = (name: unknown): name is Part => (PARTS as readonly unknown[]).includes(name);

export const isKind = (name: unknown): name is Kind => (KINDS as unknown[]).includes(name);

/** What an entry is known by: its number in numbers and the blacklist, its id everywhere else. */
export function nameOf(kind: Kind, entry: unknown): string {
  const known = entry as { id?: string; number?: string };
  return (kind === "numbers" || kind === "blacklist" ? known.number : known.id) ?? "";
}

export type Path = (string | number)[];

/** `queues[1].exits.0.id`, as the server writes it. */
export function written(path: Path): string {
  return path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${step}` : step), "");
}

/** The steps of a written path; a number only where it was in brackets. */
export function steps(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => (match[1] === undefined ? match[0] : Number(match[1])));
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string | number, unknown> | null | undefined)?.[step], value);
}

/** A copy with the value in its place; what lies beside the path is the same as before. */
export function put<T>(value: T, path: Path, leaf: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return leaf as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[step] = put(copy[step], rest, leaf);
  return copy as T;
}

/** Equal in content; keys may stand in any order. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => key in other && same((one as never)[key], (other as never)[key]));
}
