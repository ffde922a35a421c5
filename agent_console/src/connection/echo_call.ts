/** An echo call over the real softphone: tones are sent instead of speech, and listened for when they come back. */
import { BrowserPhone } from "@/connection/phone";
import type { EchoMeasured } from "@/state/doctor";
import type { LineEvent } from "@/state/line";
import { qualityOf } from "@/state/quality";
import type { PhoneAccount } from "@/wire/types";

const TONE_HZ = 1000;
const TONES = 5;
const TONE_MS = 250;
const EVERY_MS = 1100;
const SETTLE_MS = 700;
const PATIENCE_MS = 12_000;
/** Loudness at the tone's pitch that no noise reaches. */
const HEARD = 0.02;

/** Why there was nothing to measure. */
export class NoEcho extends Error {
  constructor(readonly why: "unreachable" | "microphone" | "media" | "busy" | "rejected" | "timeout") {
    super(why);
  }
}

export async function echoCall(account: PhoneAccount, number: string): Promise<EchoMeasured> {
  const context = new AudioContext();
  const sound = context.createMediaStreamDestination();
  const loudness = toneInto(context, sound);
  const watching = watcher();
  const phone = new BrowserPhone(account, watching.happened, () => "", false);
  phone.speaker.volume = 0.25;
  try {
    phone.start();
    await watching.until((event) => event.kind === "registration" && event.to === "registered");
    const dialled = performance.now();
    phone.dial(number, sound.stream);
    await watching.until((event) => event.kind === "stage" && event.to === "talking");
    const connected_ms = performance.now() - dialled;
    await pause(SETTLE_MS);
    const before = await phone.reading();
    const delays_ms = await listened(context, loudness, phone.speaker.srcObject as MediaStream | null);
    const after = await phone.reading();
    return { connected_ms, sent: TONES, delays_ms, quality: before && after ? qualityOf(before, after) : null };
  } finally {
    phone.hangUp();
    await pause(300);
    phone.stop();
    await context.close();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function toneInto(context: AudioContext, to: AudioNode): AudioParam {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = TONE_HZ;
  loudness.gain.value = 0;
  tone.connect(loudness).connect(to);
  tone.start();
  return loudness.gain;
}

const nobodyAsks = (): void => {};

/** Lets somebody wait for what the telephone tells, also for what it told already. */
function watcher() {
  const told: LineEvent[] = [];
  let ask = nobodyAsks;
  const happened = (event: LineEvent) => {
    told.push(event);
    ask();
  };
  function until(wanted: (event: LineEvent) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NoEcho("timeout")), PATIENCE_MS);
      ask = () => {
        const over = told.find((event) => event.kind === "over");
        const refused = told.some((event) => event.kind === "registration" && ["lost", "refused"].includes(event.to));
        if (!told.some(wanted) && !over && !refused) return;
        clearTimeout(timer);
        if (told.some(wanted)) resolve();
        else reject(new NoEcho(over?.kind === "over" && over.problem ? over.problem : "unreachable"));
      };
      ask();
    });
  }
  return { happened, until };
}

/** How long each tone was under way, there and back. */
async function listened(context: AudioContext, loudness: AudioParam, heard: MediaStream | null): Promise<number[]> {
  if (!heard) return [];
  const ear = context.createAnalyser();
  ear.fftSize = 512;
  context.createMediaStreamSource(heard).connect(ear);
  const delays: number[] = [];
  for (let i = 0; i < TONES; i += 1) {
    const delay = await oneTone(context, loudness, ear);
    if (delay !== null) delays.push(delay);
  }
  return delays;
}

async function oneTone(context: AudioContext, loudness: AudioParam, ear: AnalyserNode): Promise<number | null> {
  const samples = new Float32Array(ear.fftSize);
  const began = performance.now();
  loudness.setValueAtTime(0.5, context.currentTime);
  loudness.setValueAtTime(0, context.currentTime + TONE_MS / 1000);
  let delay: number | null = null;
  while (performance.now() - began < EVERY_MS) {
    ear.getFloatTimeDomainData(samples);
    if (delay === null && pitched(samples, context.sampleRate) > HEARD) delay = performance.now() - began;
    await pause(8);
  }
  return delay;
}

/** How loud the tone's pitch is in the samples (Goertzel): 1 for a full one. */
function pitched(samples: Float32Array, rate: number): number {
  const step = 2 * Math.cos((2 * Math.PI * TONE_HZ) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + step * last - before, last];
  const power = last * last + before * before - step * last * before;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}
