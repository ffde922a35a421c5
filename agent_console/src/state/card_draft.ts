/** What was typed into a customer card and is not saved yet. Pure. */

export interface CardDraft {
  call: string;
  /** The card's id; empty: a new one. */
  card: string;
  fields: Record<string, string>;
}

/** From its text, if it belongs to this call. */
export function cardDraft(text: string, call: string): CardDraft | null {
  try {
    const found = JSON.parse(text) as Partial<CardDraft> | null;
    return call && found?.call === call && typeof found.card === "string" && found.fields ? (found as CardDraft) : null;
  } catch {
    return null;
  }
}

/** The fields of the form that the draft has, as texts. */
export function restored<T extends Record<string, string>>(form: T, draft: CardDraft | null, card: string): T {
  if (draft?.card !== card) return form;
  const known = Object.entries(draft.fields).filter(([name, value]) => name in form && typeof value === "string");
  return { ...form, ...Object.fromEntries(known) };
}
