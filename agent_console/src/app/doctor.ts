/** The check-up of this workplace: runs the measurements one after the other and keeps what they showed. */
import { ref, shallowRef } from "vue";
import { serverNow } from "@/app/clock";
import { d, foundWords } from "@/app/doctor_texts";
import { microphone, speaker, volume } from "@/app/preferences";
import { me, takesCalls } from "@/app/session";
import { admin } from "@/connection/admin";
import { clockAhead, knock, knockSip, playTone, roundTrips } from "@/connection/checks";
import { type AudioDevices, audioDevices, openMeter } from "@/connection/devices";
import { rest } from "@/connection/rest";
import {
  type Check, CHECKS, HEARD, judgeClock, judgeEcho, judgeMicrophone, judgeSecure, judgeServer, judgeSocket, nothingYet, type Outcome, type Outcomes, running, skipped,
} from "@/state/doctor";
import type { DoctorServer } from "@/wire/admin";

const ASKED = 6;
const SPEAKING_MS = 12_000;

export const outcomes = shallowRef<Outcomes>(nothingYet());
export const level = ref(0);
/** The notes were played: the person says whether they were heard. */
export const askingHeard = ref(false);
export const devices = shallowRef<AudioDevices>({ inputs: [], outputs: [] });
export const busy = ref(false);
const server = shallowRef<DoctorServer | null>(null);

const put = (check: Check, outcome: Outcome) => (outcomes.value = { ...outcomes.value, [check]: outcome });
const plain = (verdict: Outcome["verdict"], finding: string): Outcome => ({ verdict, finding, figures: {} });

const STEPS: Record<Check, () => Promise<Outcome>> = { secure, server: way, clock, live, phone, microphone: listen, speaker: play, echo };

export async function check(one: Check): Promise<void> {
  if (outcomes.value[one].verdict === "running") return;
  put(one, running);
  put(one, await STEPS[one]().catch(() => plain("bad", FAILED[one])));
}
const FAILED: Record<Check, string> = { secure: "insecure", server: "silent", clock: "untold", live: "closed", phone: "closed", microphone: "busy", speaker: "blocked", echo: "unreachable" };

/** What needs nobody's help; the rest has buttons. */
export async function checkBySelf(): Promise<void> {
  if (me.value) server.value = await admin.doctor().catch(() => null);
  for (const one of ["secure", "server", "clock", "live", "phone"] as const) await check(one);
}

export async function checkAll(): Promise<void> {
  busy.value = true;
  await checkBySelf();
  for (const one of ["microphone", "speaker", "echo"] as const) {
    await check(one);
    if (one === "speaker") await answered();
  }
  busy.value = false;
}

export function forget(): void {
  stopListening();
  outcomes.value = nothingYet();
  askingHeard.value = false;
  busy.value = false;
}

async function secure(): Promise<Outcome> {
  return judgeSecure({ secure: window.isSecureContext, https: location.protocol === "https:" }, server.value?.tls ?? null, serverNow());
}
async function way(): Promise<Outcome> {
  return judgeServer(await roundTrips(ASKED), ASKED);
}
async function clock(): Promise<Outcome> {
  return judgeClock(await clockAhead());
}
async function live(): Promise<Outcome> {
  return judgeSocket(await knock("/ws"));
}
async function phone(): Promise<Outcome> {
  if (!me.value) return skipped("no_account");
  if (!takesCalls.value) return skipped("no_phone");
  return judgeSocket(await knockSip(server.value?.websocket_path ?? "/sip", server.value?.sip_domain ?? location.hostname));
}

// ---- microphone: listened to until speech was heard, or long enough

let stopListening: () => void = () => {};
export const enough = () => stopListening();

async function listen(): Promise<Outcome> {
  if (!navigator.mediaDevices) return plain("bad", "insecure");
  let peak = 0;
  let heardFor = 0;
  try {
    const close = await openMeter(microphone.value, (now) => {
      level.value = now;
      peak = Math.max(peak, now);
      heardFor += now >= HEARD ? 1 : 0;
      if (heardFor >= 12) stopListening();
    });
    devices.value = await audioDevices();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SPEAKING_MS);
      stopListening = () => (clearTimeout(timer), resolve());
    });
    close();
  } catch (error) {
    return plain("bad", error instanceof DOMException ? (REFUSED[error.name] ?? "busy") : "busy");
  }
  level.value = 0;
  return judgeMicrophone(peak, nameOf(devices.value.inputs, microphone.value));
}
const REFUSED: Record<string, string> = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy" };

const nameOf = (all: MediaDeviceInfo[], id: string) => all.find((one) => one.deviceId === (id || "default"))?.label || d.value.systemDefault;

// ---- loudspeaker: only the person knows whether it was heard

let answer: (heard: boolean) => void = () => {};
const answered = () => new Promise<void>((resolve) => {
  if (!askingHeard.value) return resolve();
  waiting = resolve;
});
let waiting: () => void = () => {};

async function play(): Promise<Outcome> {
  await playTone(speaker.value, Math.max(0.3, volume.value));
  askingHeard.value = true;
  const heard = await new Promise<boolean>((resolve) => (answer = resolve));
  askingHeard.value = false;
  waiting();
  return plain(heard ? "good" : "bad", heard ? "heard" : "unheard");
}
export const sayHeard = (heard: boolean) => answer(heard);

// ---- the echo, over the telephone of this account

async function echo(): Promise<Outcome> {
  if (!me.value) return skipped("no_account");
  if (!takesCalls.value) return skipped("no_phone");
  const { line } = await import("@/app/phone");
  if (line.value.call) return plain("warn", "in_call");
  const { echoCall, NoEcho } = await import("@/connection/echo_call");
  try {
    return judgeEcho(await echoCall(await rest.phone(), server.value?.echo_number ?? "*43"));
  } catch (error) {
    if (error instanceof NoEcho) return plain("bad", error.why);
    throw error;
  }
}

/** Everything that was measured, as text. */
export function report(now: Date): string {
  const heads = d.value.reportHeads;
  const network = (navigator as { connection?: { effectiveType?: string; rtt?: number; downlink?: number } }).connection;
  const facts: [string, string][] = [
    [heads.at, now.toISOString()],
    [heads.who, me.value ? `${me.value.username}${me.value.agent ? ` (${me.value.agent})` : ""}` : "–"],
    [heads.page, `${location.origin}${location.pathname}`],
    [heads.browser, navigator.userAgent],
    [heads.screen, `${screen.width} × ${screen.height}, ${innerWidth} × ${innerHeight}`],
    [heads.network, network ? `${network.effectiveType ?? ""} ${network.rtt ?? "–"} ms ${network.downlink ?? "–"} Mbit/s` : "–"],
  ];
  const found = CHECKS.map((one) => {
    const outcome = outcomes.value[one];
    const figures = Object.entries(outcome.figures).map(([name, value]) => `${name}=${value}`).join(" ");
    return `[${d.value.verdicts[outcome.verdict]}] ${d.value.checks[one].name}: ${foundWords(one, outcome)}${figures ? ` {${figures}}` : ""}`;
  });
  return [d.value.report, "", ...facts.map(([name, value]) => `${name}: ${value}`), "", ...found, ""].join("\n");
}
