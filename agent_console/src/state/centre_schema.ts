/** The document's JSON Schema: what is filled in by itself, what a field may hold, and what breaks it. Pure. */
import { type Path, type WholeCentre, written } from "@/state/centre_shape";
import type { Text } from "@/wire/types";

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  default?: unknown;
  description?: string;
  /** The description in Chinese. */
  "x-zh"?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  format?: string;
}

export interface Limits {
  min: number;
  max: number;
  /** What it is when nobody says anything; undefined when it must be said. */
  usual: unknown;
}

/** A problem that is seen without asking the server; `word` names the sentence, `given` what goes into it. */
export interface ShapeProblem {
  path: string;
  word: "missing" | "language" | "range" | "pattern" | "choice" | "empty" | "long" | "unknown" | "kind";
  given: string | Text;
}

function plain(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  return { ...root.$defs?.[$ref.split("/").at(-1) ?? ""], ...beside };
}

/** The schema of the value itself, where `null` would be allowed too. */
function present(schema: Schema, root: Schema): Schema {
  const bare = plain(schema, root);
  const choices = bare.anyOf?.map((each) => plain(each, root)).filter((each) => each.type !== "null");
  return choices?.length === 1 && choices[0] ? { ...choices[0], ...("default" in bare ? { default: bare.default } : {}) } : bare;
}

function below(schema: Schema, step: string | number, root: Schema): Schema | undefined {
  const bare = present(schema, root);
  if (typeof step === "number") return bare.items;
  return bare.properties?.[step] ?? (typeof bare.additionalProperties === "object" ? bare.additionalProperties : undefined);
}

function schemaAt(root: Schema, path: Path): Schema | undefined {
  const found = path.reduce<Schema | undefined>((schema, step) => schema && below(schema, step, root), root);
  return found && present(found, root);
}

export function limitsAt(root: Schema, path: Path): Limits {
  const schema = schemaAt(root, path) ?? {};
  return { min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000, usual: schema.default };
}

/** Everything that was left out gets its default; what is there stays as it is. */
export function completed(root: Schema, value: unknown): WholeCentre {
  return filled(root, value ?? {}, root) as WholeCentre;
}

/** A new entry of a list, e.g. of `queues`: what is given, and defaults. */
export function newEntry<T>(root: Schema, list: Path, given: object): T {
  return filled(schemaAt(root, [...list, 0]) ?? {}, given, root) as T;
}

function filled(schema: Schema, value: unknown, root: Schema): unknown {
  const bare = present(schema, root);
  if (Array.isArray(value)) return value.map((item) => filled(bare.items ?? {}, item, root));
  if (!value || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, each]) => [key, filled(below(bare, key, root) ?? {}, each, root)]);
  const whole = Object.fromEntries(entries) as Record<string, unknown>;
  for (const [key, each] of Object.entries(bare.properties ?? {})) {
    const usual = present(each, root).default;
    if (!(key in whole) && usual !== undefined) whole[key] = filled(each, structuredClone(usual), root);
  }
  return whole;
}

/** What the server would refuse for its shape alone, and texts that lack a language. */
export function shapeProblems(root: Schema, value: unknown): ShapeProblem[] {
  const found: ShapeProblem[] = [];
  walk(root, value, [], root, found);
  return found;
}

function walk(schema: Schema, value: unknown, path: Path, root: Schema, found: ShapeProblem[]): void {
  const bare = present(schema, root);
  const say = (word: ShapeProblem["word"], given: string | Text = "", step?: string) =>
    found.push({ path: written(step === undefined ? path : [...path, step]), word, given });
  if (value === null && allowsNull(schema, root)) return;
  if (bare.enum) return void (bare.enum.includes(value) || say("choice", bare.enum.join(", ")));
  if (isText(bare)) return textProblems(value, say);
  const wrong = leafProblem(bare, value);
  if (wrong) return void say(...wrong);
  if (Array.isArray(value)) value.forEach((item, i) => walk(bare.items ?? {}, item, [...path, i], root, found));
  else if (value && typeof value === "object") members(bare, value as Record<string, unknown>, path, root, found, say);
}

function members(
  bare: Schema, value: Record<string, unknown>, path: Path, root: Schema, found: ShapeProblem[],
  say: (word: ShapeProblem["word"], given: string, step: string) => void,
): void {
  for (const key of bare.required ?? []) if (!(key in value)) say("missing", "", key);
  for (const [key, each] of Object.entries(value)) {
    const schema = below(bare, key, root);
    if (schema) walk(schema, each, [...path, key], root, found);
    else if (bare.properties) say("unknown", key, key);
  }
}

function allowsNull(schema: Schema, root: Schema): boolean {
  return plain(schema, root).anyOf?.some((each) => each.type === "null") ?? false;
}

const isText = (schema: Schema): boolean => Boolean(schema.properties?.["zh-CN"] && schema.properties.en);

function textProblems(value: unknown, say: (word: ShapeProblem["word"]) => void): void {
  const text = value as Record<string, string> | null;
  if (!text || typeof text !== "object") return say("kind");
  const there = ["zh-CN", "en"].filter((language) => text[language]?.trim());
  if (there.length === 0) say("empty");
  else if (there.length === 1) say("language");
}

const JSON_TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number" && Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

function patternOf(schema: Schema): string | Text {
  const en = schema.description ?? schema.pattern ?? "";
  return { "zh-CN": schema["x-zh"] ?? en, en };
}

function leafProblem(schema: Schema, value: unknown): [ShapeProblem["word"], string | Text] | null {
  if (schema.type && !JSON_TYPES[schema.type]?.(value)) return ["kind", ""];
  if (typeof value === "number") {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return value < minimum || value > maximum ? ["range", `${minimum} – ${maximum}`] : null;
  }
  if (typeof value !== "string") return null;
  if (schema.minLength && value.trim().length < schema.minLength) return ["empty", ""];
  if (schema.maxLength && value.length > schema.maxLength) return ["long", String(schema.maxLength)];
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return ["pattern", patternOf(schema)];
  return null;
}
