/** What a report is asked, as it stands in the page's address. Pure: what is known is an argument. */
import { COMPARED, type Compared } from "@/state/report_compare";
import { type Preset, presetsWithin } from "@/state/report_period";
import type { ReportDefinition } from "@/wire/types";

const GRAINS = ["", "quarter", "hour", "day", "week", "month", "year"] as const;

/** What only reports over time take. */
const STEPWISE = ["grain", "compare", "before_from"];

export interface Asked {
  preset: Preset | "custom";
  /** The first and the last day, when `preset` is custom. */
  from: string;
  to: string;
  grain: string;
  /** By the names of the filters; lists with commas between. */
  narrow: Record<string, string>;
  compare: Compared;
  /** The first day to compare with, when `compare` is own. */
  before_from: string;
  settings: Record<string, string>;
  /** The table that is open; empty: the first. */
  table: string;
}
export const NOTHING: Asked = { preset: "today", from: "", to: "", grain: "", narrow: {}, compare: "", before_from: "", settings: {}, table: "" };

/** What in an address is not understood, and what is allowed there; without `allowed` the word says it. */
export interface Wrong {
  key: string;
  value: string;
  word: "unknown" | "not_among" | "not_a_day" | "reversed" | "twice";
  allowed: string[];
}
export type Query = Record<string, string | null | undefined | (string | null)[]>;

const texts = (all: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, all[name] ?? ""]).filter(([, value]) => value));
const without = (all: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));

/** As far as the report takes it: a period that would be too long for it becomes today. */
export function addressOf(asked: Asked, of: ReportDefinition): Record<string, string> {
  const days = asked.preset === "custom" && asked.from && asked.to;
  const preset = asked.preset === "custom" || presetsWithin(of.days).includes(asked.preset) ? asked.preset : "today";
  return {
    ...(days ? { from: asked.from, to: asked.to } : { period: preset }),
    ...(of.steps ? texts({ grain: asked.grain, compare: asked.compare, before_from: asked.compare === "own" ? asked.before_from : "" }, STEPWISE) : {}),
    ...texts(asked.narrow, of.filters),
    ...texts(asked.settings, of.settings),
    ...texts({ table: asked.table }, ["table"]),
  };
}

/** `kept`: what other reports were narrowed to; it comes back with them. */
export function readAddress(query: Query, of: ReportDefinition, kept: Asked): { asked: Asked; wrong: Wrong[] } {
  const wrong: Wrong[] = [];
  const given = one(query, wrong);
  const take = (key: string, among: readonly string[], usual = "") => {
    const value = given[key] ?? "";
    if (!value || among.includes(value)) return value || usual;
    wrong.push({ key, value, word: "not_among", allowed: among.filter(Boolean) });
    return usual;
  };
  const filters = [...of.filters, ...of.settings];
  const stepwise = of.steps ? STEPWISE : [];
  const known = ["period", "from", "to", ...stepwise, ...filters, "table"];
  wrong.push(...Object.entries(given).filter(([key]) => !known.includes(key)).map(([key, value]): Wrong => ({ key, value, word: "unknown", allowed: known })));
  const days = daysIn(given, wrong);
  const allowed = presetsWithin(of.days);
  const asked: Asked = {
    preset: days ? "custom" : (take("period", allowed, "today") as Preset),
    from: days?.[0] ?? "",
    to: days?.[1] ?? "",
    grain: of.steps ? take("grain", GRAINS) : kept.grain,
    compare: of.steps ? (take("compare", COMPARED) as Compared) : kept.compare,
    before_from: of.steps ? ownStart(given, wrong) : kept.before_from,
    narrow: { ...without(kept.narrow, of.filters), ...texts(given, of.filters) },
    settings: { ...without(kept.settings, of.settings), ...texts(given, of.settings) },
    table: given.table ?? "",
  };
  return { asked, wrong };
}

/** A key that is given several times is wrong; its last value is taken. */
function one(query: Query, wrong: Wrong[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(query)) {
    const all = Array.isArray(value) ? value : [value];
    given[key] = all.at(-1) ?? "";
    if (all.length > 1) wrong.push({ key, value: all.join(", "), word: "twice", allowed: [] });
  }
  return given;
}

function daysIn(given: Record<string, string>, wrong: Wrong[]): [string, string] | null {
  const { from, to } = given;
  if (from === undefined && to === undefined) return null;
  for (const [key, value] of [["from", from], ["to", to]] as const)
    if (!isDay(value ?? "")) wrong.push({ key, value: value ?? "", word: "not_a_day", allowed: [] });
  if (!isDay(from ?? "") || !isDay(to ?? "")) return null;
  if (String(to) < String(from)) wrong.push({ key: "to", value: String(to), word: "reversed", allowed: [] });
  return [String(from), String(to)];
}

function ownStart(given: Record<string, string>, wrong: Wrong[]): string {
  const value = given.before_from ?? "";
  if (isDay(value)) return value;
  if (value || given.compare === "own") wrong.push({ key: "before_from", value, word: "not_a_day", allowed: [] });
  return "";
}

/** The calendar has it: no 31st of February. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}
