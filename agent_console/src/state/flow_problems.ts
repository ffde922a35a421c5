/** What the server says is wrong with a flow, in the reader's language. Pure. */
import { sentence } from "@/state/complaints";
import type { Defect } from "@/wire/flows";
import type { Language } from "@/wire/types";

/** `message` as the reader reads it, with the field's name before it; the field's own place shows `said` alone. */
export interface ToldDefect extends Defect {
  said: string;
}

export function inWords(defects: readonly Defect[], language: Language, fieldName: (field: string) => string): ToldDefect[] {
  return defects.map((defect) => {
    const said = sentence(defect.text, language);
    const field = defect.field && fieldName(defect.field);
    return { ...defect, said, message: field ? `${field}${language === "en" ? ": " : "："}${said}` : said };
  });
}

export const ofNode = <T extends Defect>(defects: readonly T[], node: string): T[] => defects.filter((defect) => defect.node === node);

/** Problems of a field stand at it, those of what is below it too. */
export const ofField = <T extends Defect>(defects: readonly T[], node: string, field: string): T[] =>
  ofNode(defects, node).filter((defect) => defect.field === field || defect.field.startsWith(`${field}.`));
