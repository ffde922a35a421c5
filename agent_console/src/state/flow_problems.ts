/** What the server says is wrong with a flow, in the reader's language. Pure. */
import type { Defect } from "@/wire/flows";

/** The first expression that fits the whole message tells it; `{1}` stands for what its first bracket found. */
export type Translations = [said: RegExp, told: string][];

export function translated(message: string, translations: Translations): string {
  for (const [said, told] of translations) {
    const found = said.exec(message);
    if (found) return told.replace(/\{(\d)\}/g, (_, place: string) => found[Number(place)] ?? "");
  }
  return message;
}

export const inWords = (defects: readonly Defect[], translations: Translations): Defect[] =>
  defects.map((defect) => ({ ...defect, message: translated(defect.message, translations) }));

export const ofNode = (defects: readonly Defect[], node: string): Defect[] => defects.filter((defect) => defect.node === node);

/** Problems that name a field stand at the field: `queue: there is no …` */
export function ofField(defects: readonly Defect[], node: string, field: string): Defect[] {
  return ofNode(defects, node).filter(({ message }) => message.startsWith(`${field}:`) || message.startsWith(`missing: ${field}`) || message.startsWith(`${field}.`));
}
