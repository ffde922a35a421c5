/** Callbacks in line: their order and colours. Pure. */
import type { Tone } from "@/state/looks";
import type { CallbackResult, CallbackView } from "@/wire/types";

const STATE_TONES: Record<CallbackView["state"], Tone> = { trying: "ringing", due: "ready", resting: "paused", closed: "gone" };
const ORDER: CallbackView["state"][] = ["trying", "due", "resting", "closed"];
const RESULT_TONES: Record<CallbackResult, Tone> = {
  served: "ready",
  called_again: "other",
  cancelled: "gone",
  given_up: "alarm",
  expired: "paused",
};

export const callbackTone = (state: CallbackView["state"]): Tone => STATE_TONES[state];
export const resultTone = (result: CallbackResult | null): Tone => (result ? RESULT_TONES[result] : "gone");

const place = (one: CallbackView) => ORDER.indexOf(one.state);

/** Those being carried out first, then those in line by their place. */
export function inLine(callbacks: readonly CallbackView[]): CallbackView[] {
  return callbacks.toSorted((a, b) => place(a) - place(b) || a.again_at - b.again_at || a.queued_at - b.queued_at || a.id.localeCompare(b.id));
}
