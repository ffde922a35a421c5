/** The sounds of alerts: told apart from a ringing phone, and from each other by whoever chooses. */
import { playTone, type Timbre } from "@/connection/tone";

export const ALERT_SOUNDS = ["off", "soft", "clear", "urgent"] as const;
export type AlertSound = (typeof ALERT_SOUNDS)[number];

const PLUCK: Timbre = { shape: "triangle", rise_s: 0.015, fade_s: 0.3 };
/** Notes as frequency (Hz) and beginning (s). */
const NOTES: Record<AlertSound, readonly (readonly [number, number])[]> = {
  off: [],
  soft: [
    [392, 0],
    [523.25, 0.22],
  ],
  clear: [
    [784, 0],
    [987.77, 0.14],
    [784, 0.28],
  ],
  urgent: [
    [880, 0],
    [698.46, 0.18],
    [880, 0.36],
    [698.46, 0.54],
    [880, 0.72],
  ],
};

let context: AudioContext | null = null;

/** Silent until somebody has touched the page: browsers ask for it. `volume` 0..1. */
export function playAlert(sound: AlertSound, volume: number): void {
  if (sound === "off" || navigator.userActivation?.hasBeenActive === false) return;
  context ??= new AudioContext();
  void context.resume();
  for (const [frequency, at] of NOTES[sound]) playTone(context, frequency, context.currentTime + at, 0.3 * volume, PLUCK);
}
