/** Message shapes of the flows' pages. `source` is always a flow's YAML. */
import type { Language, Text } from "@/wire/types";

/** As written: texts, lists and mappings of them. */
export type Plain = string | Plain[] | { [name: string]: Plain };

/** `message` is English, with the field before it; `text` is the sentence alone, in every language. */
export interface Defect {
  line: number;
  node: string;
  message: string;
  field: string;
  word: string;
  text: Text;
}

export interface PublishedFlow {
  version: number;
  saved_by: string;
  saved_at: number;
  note: string;
}

/** Of the versions in force: the names of the flows, and titles by flow and node; nodes without a title are left out. */
export interface NodeTitles {
  names: Record<string, Text>;
  flows: Record<string, Record<string, Text>>;
}

interface RetiredFlow {
  version: number;
  retired_by: string;
  retired_at: number;
  note: string;
}

export interface FlowEntry {
  id: string;
  name: Text;
  /** Null of one that never was, and of a retired one. */
  published: PublishedFlow | null;
  retired: RetiredFlow | null;
  draft: { base_version: number; revision: number; changed_by: string; changed_at: number; defects: number } | null;
  nodes: number;
  defects: number;
  calls_today: number;
  /** `number +86…`, `survey support`, `queue support`, `rule vip`, `flow hotline`. */
  used_by: string[];
}

/** `path`: the field that names the other node, as `keys.1` or `ranges.0.next`. */
interface OutlineEdge {
  to: string;
  path: string;
}

export interface OutlineNode {
  id: string;
  kind: string;
  line: number;
  fields: Plain;
  edges: OutlineEdge[];
  known: boolean;
  asks: boolean;
  ends: boolean;
}

export interface Outline {
  id: string;
  name: Plain;
  start: string;
  nodes: OutlineNode[];
}

export interface Checked {
  outline: Outline | null;
  defects: Defect[];
}

/** `version` of a retired flow is its last one. */
export interface OpenFlow {
  id: string;
  published: PublishedFlow | null;
  retired: RetiredFlow | null;
  version: { source: string; checked: Checked } | null;
  draft: { base_version: number; revision: number; changed_by: string; changed_at: number; source: string; checked: Checked } | null;
}

export interface DraftSaved {
  base_version: number;
  revision: number;
  changed_by: string;
  changed_at: number;
}

export interface Published {
  version: number;
  /** False: saved, and in force as soon as the engine is back. */
  in_force: boolean;
  spoken: number;
}

/** `begin` empty: the flow began; `end` empty: it ended, and `key` is the result. */
interface Hop {
  begin: string;
  end: string;
  key: string;
  calls: number;
}

export interface FlowToday {
  day_began_at: number;
  versions: { version: number; hops: Hop[] }[];
}

/** `type` is how the server reads the field; a type that is not known here is edited as text. */
export interface FieldForm {
  name: string;
  type: string;
  required: boolean;
  default: string;
  least: number | null;
  most: number | null;
  choices: string[];
  known: string;
  about: string;
  of: FieldForm[];
}

export interface KindForm {
  kind: string;
  about: string;
  example: string;
  asks: boolean;
  ends: boolean;
  fields: FieldForm[];
}

export interface FlowKinds {
  kinds: KindForm[];
  queues: string[];
  mailboxes: string[];
  callbacks: string[];
  skills: string[];
  flows: string[];
  prompts: Record<string, Text>;
}

interface FieldChange {
  path: string;
  before: Plain | null;
  after: Plain | null;
}

interface NodeChange {
  node: string;
  change: "added" | "removed" | "changed";
  fields: FieldChange[];
}

interface DiffLine {
  sign: " " | "+" | "-";
  before: number;
  after: number;
  text: string;
}

export interface Difference {
  nodes: NodeChange[];
  hunks: DiffLine[][];
}

export interface Heard {
  language: Language;
  text: string;
  name: string;
}

/** A step of a call as it would go. `session` goes into the next question; null: the flow is over. */
export interface Rehearsed {
  session: Record<string, unknown> | null;
  language: Language;
  node: string;
  path: string[];
  heard: Heard[];
  most_keys: number;
  terminator: string;
  timeout_s: number;
  work: string;
  fault: Text | null;
  outcome: { result: string; target: string } | null;
}

export interface Rehearsal {
  source: string;
  session: Rehearsed["session"];
  keys: string;
  outcome?: { values: Record<string, unknown>; trouble: string };
  language: Language;
  caller: string;
  at: number | null;
}
