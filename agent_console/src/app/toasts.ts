/** Short messages at the edge of the page; an error stays until it is read. */
import { ref } from "vue";
import { language, t } from "@/app/preferences";
import { Refusal } from "@/connection/rest";
import { sentence } from "@/state/complaints";

export interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
}

export const toasts = ref<Toast[]>([]);
let last = 0;

const SHOWN_MS = { good: 3000, bad: 7000 };

function show(tone: Toast["tone"], text: string): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value.filter((toast) => toast.text !== text), { id, tone, text }].slice(-3);
  setTimeout(() => dismiss(id), SHOWN_MS[tone]);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export const sayDone = (text: string) => show("good", text);

/** Their own sentence says which value is meant, and what is allowed. */
const DETAILED = new Set(["bad_value", "bad_file", "bad_report"]);

/** What went wrong and what to try, in the reader's language. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof Refusal)) return `${t.value.errors.internal} (${String(error)})`;
  if (error.text && DETAILED.has(error.word)) return sentence(error.text, language.value);
  const known = (t.value.errors as Record<string, string>)[error.word];
  return known ?? error.message ?? t.value.errors.internal;
}

export const sayFailed = (error: unknown) => show("bad", wordsFor(error));

/** Runs what a button asks for; a refusal becomes a message, and the answer is whether it worked. */
export async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    sayFailed(error);
    return false;
  }
}
