/** Ringing takes attention once: a sound, the page's title, a notification. And gives it back. */
import { playTone, type Timbre } from "@/connection/tone";

let context: AudioContext | null = null;
let ringing: ReturnType<typeof setInterval> | undefined;
let flashing: ReturnType<typeof setInterval> | undefined;
let notification: Notification | null = null;
let title = "";

const PERIOD_MS = 3000;
const BELL: Timbre = { shape: "sine", rise_s: 0.02, fade_s: 0.42 };
let ringDevice = "";

/** Where ringing is heard: a loudspeaker apart from the headset; empty is the default one. */
export function useRingDevice(deviceId: string): void {
  ringDevice = deviceId;
  const audio = context as (AudioContext & { setSinkId?(id: string): Promise<void> }) | null;
  void audio?.setSinkId?.(deviceId).catch(() => undefined);
}

/** Browsers keep a page silent until it was touched: call this on a click. */
export function wakeSound(): void {
  if (context?.state === "running" || navigator.userActivation?.hasBeenActive === false) return;
  if (!context) {
    context = new AudioContext();
    if (ringDevice) useRingDevice(ringDevice);
  }
  void context.resume();
}

export async function askToNotify(): Promise<void> {
  if ("Notification" in window && Notification.permission === "default") {
    await Notification.requestPermission().catch(() => undefined);
  }
}

/** `volume` 0..1. */
export function takeAttention(heading: string, text: string, volume: number): void {
  giveBackAttention();
  title = document.title;
  chime(volume);
  ringing = setInterval(() => chime(volume), PERIOD_MS);
  flash(`☎ ${heading}`);
  if ("Notification" in window && Notification.permission === "granted" && document.hidden) {
    notification = new Notification(heading, { body: text, tag: "callcenter-ringing" });
    notification.onclick = () => window.focus();
  }
}

export function giveBackAttention(): void {
  clearInterval(ringing);
  clearInterval(flashing);
  notification?.close();
  notification = null;
  if (title) document.title = title;
  title = "";
}

/** A call is taken without asking: one short tone says so before anybody is heard. */
export function toneOfAnswer(volume: number): void {
  if (!context || context.state !== "running") return;
  sound(context, 1046.5, context.currentTime, volume);
}

/** Somebody has something to say to the person at this page: told once, by sound and by a notification. */
export function tellOnce(heading: string, text: string, volume: number): void {
  if (context?.state === "running") {
    sound(context, 783.99, context.currentTime, volume);
    sound(context, 523.25, context.currentTime + 0.18, volume);
  }
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  const told = new Notification(heading, { body: text, tag: "callcenter-notice" });
  told.onclick = () => window.focus();
}

function flash(heading: string): void {
  let on = true;
  document.title = heading;
  flashing = setInterval(() => {
    on = !on;
    document.title = on ? heading : title;
  }, 1000);
}

/** Two soft notes, twice: audible through an open-plan office without startling anybody. */
function chime(volume: number): void {
  if (!context || context.state !== "running") return;
  for (const [note, at] of [
    [659.25, 0],
    [880, 0.16],
    [659.25, 0.5],
    [880, 0.66],
  ] as const) {
    sound(context, note, context.currentTime + at, volume);
  }
}

function sound(audio: AudioContext, frequency: number, at: number, volume: number): void {
  playTone(audio, frequency, at, 0.35 * volume, BELL);
}
