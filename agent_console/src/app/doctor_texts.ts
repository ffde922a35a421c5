/** The words of the check-up: in a chunk of their own. */
import { computed } from "vue";
import { language } from "@/app/preferences";
import { type Browser, browserOf, type Check, type Outcome } from "@/state/doctor";
import { doctorEn } from "@/text/doctor.en";
import { doctorZhCn } from "@/text/doctor.zh-CN";

export const d = computed(() => (language.value === "en" ? doctorEn : doctorZhCn));

type Say = (figures: Outcome["figures"]) => string;
const browser: Browser = browserOf(navigator.userAgent);

export const foundWords = (check: Check, outcome: Outcome): string =>
  (d.value.findings[check] as Record<string, Say>)[outcome.finding]?.(outcome.figures) ?? "";

/** How to mend it; browser by browser where it differs. */
export function mendWords(check: Check, finding: string): string {
  const mend = (d.value.mends as Partial<Record<Check, Record<string, string | Record<Browser, string>>>>)[check]?.[finding];
  return typeof mend === "object" ? mend[browser] : (mend ?? "");
}
