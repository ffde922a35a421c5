/** Which inbound rule decides for a call: to try rules out before callers do. Pure. */
import { isOpenAt } from "@/state/centre_rosters";
import type { WholeCentre, WholeRule } from "@/state/centre_shape";
import type { Language } from "@/wire/types";

export interface TriedCall {
  /** As the caller's number is shown; empty when withheld. */
  caller: string;
  dialled: string;
  tier: string;
  /** Of the customer's card; empty: that of the number dialled. */
  language: Language | "";
  /** Seconds since the epoch. */
  at: number;
}

type Condition = "callers" | "dialled" | "tiers" | "languages" | "open" | "closed";

export interface Verdict {
  rule: string;
  decides: boolean;
  /** The first condition that does not hold; null when all do. */
  fails: Condition | null;
}

/** Every rule in order, up to the one that decides. */
export function tried(centre: WholeCentre, call: TriedCall): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const rule of centre.rules) {
    const fails = failing(centre, rule, call);
    verdicts.push({ rule: rule.id, decides: !fails, fails });
    if (!fails) break;
  }
  return verdicts;
}

export function isBlocked(centre: WholeCentre, call: TriedCall, today: string): boolean {
  return centre.blacklist.some((entry) => (!entry.until || entry.until >= today) && begins(call.caller, [entry.number], centre.country));
}

function failing(centre: WholeCentre, rule: WholeRule, call: TriedCall): Condition | null {
  const number = centre.numbers.find((one) => one.number === call.dialled);
  const holds: Record<Condition, boolean> = {
    callers: rule.callers.length === 0 || isFrom(rule.callers, call.caller, centre.country),
    dialled: rule.dialled.length === 0 || rule.dialled.includes(call.dialled),
    tiers: rule.tiers.length === 0 || rule.tiers.includes(call.tier),
    languages: rule.languages.length === 0 || rule.languages.includes((call.language || number?.language) ?? "zh-CN"),
    open: !rule.open || isOpenAt(centre, rule.open, call.at),
    closed: !rule.closed || !isOpenAt(centre, rule.closed, call.at),
  };
  return (Object.keys(holds) as Condition[]).find((condition) => !holds[condition]) ?? null;
}

function isFrom(prefixes: string[], caller: string, country: string): boolean {
  if (!caller) return prefixes.includes("withheld");
  return begins(caller, prefixes.filter((one) => one !== "withheld"), country);
}

/** Callers' numbers are compared as the centre writes them; what is a whole number here may be written as dialled. */
function begins(caller: string, prefixes: string[], country: string): boolean {
  const number = written(caller, country);
  return prefixes.some((prefix) => number.startsWith(prefix) || number.startsWith(written(prefix, country)));
}

/** A number with its country, however it was dialled; short and internal ones stay. */
function written(dialled: string, country: string): string {
  const digits = dialled.replace(/[ ().\-/]/g, "");
  const code = CODES[country];
  if (digits.startsWith("+") || digits.length < 10 || !code) return digits;
  if (digits.startsWith("00")) return `+${digits.slice(2)}`;
  return digits.startsWith(code) && digits.length > 11 ? `+${digits}` : `+${code}${digits.replace(/^0/, "")}`;
}

/** Country codes of the countries that the page can try numbers for; elsewhere only as dialled. */
const CODES: Record<string, string> = { CN: "86", HK: "852", MO: "853", TW: "886", SG: "65", JP: "81", KR: "82", DE: "49", FR: "33", GB: "44", US: "1", CA: "1", AU: "61" };
