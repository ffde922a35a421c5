/** A half-typed customer card: kept in this browser for the call it belongs to, until it is saved, left or the call is another. */
import { remember, remembered } from "@/connection/storage";
import { type CardDraft, cardDraft } from "@/state/card_draft";

const KEY = "card";

/** What was typed for this call; null: nothing, or for another one. */
export const keptCard = (call: string): CardDraft | null => cardDraft(remembered(KEY), call);

export const keepCard = (draft: CardDraft): void => remember(KEY, JSON.stringify(draft));
export const forgetCard = (): void => remember(KEY, "");
