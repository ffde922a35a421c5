/** English: the test phone. */
import type { Widened } from "@/text/en";

export const testPhoneEn = {
  lead: "Plays the caller. For trying things out.",
  ready: "Ready to call",
  typeHint: "Type a number or choose a line",
  call: "Call",
  erase: "Erase",
  lines: "Hotlines",
  stages: {
    dialling: "Calling…",
    ringing: "Ringing…",
    connecting: "Connecting…",
    talking: "Connected",
    ending: "Ending…",
  },
  steps: [
    "Sign in as an agent in another tab and begin work.",
    "Call a hotline here and listen to the menu.",
    "Press a key; it works on the keyboard too.",
    "Answer at the desk, talk, hang up there, and rate the call here.",
  ] as string[],
};

export type TestPhoneTexts = Widened<typeof testPhoneEn>;
