/** The check-up of a workplace: what each measurement means. Pure; the words are in the text files, by check and finding. */
import type { Quality } from "@/state/quality";
import type { DoctorServer } from "@/wire/admin";

export const CHECKS = ["secure", "server", "clock", "live", "phone", "microphone", "speaker", "echo"] as const;
export type Check = (typeof CHECKS)[number];
export type Verdict = "idle" | "running" | "good" | "warn" | "bad" | "skipped";

/** `finding` names the sentence, `figures` what goes into it. */
export interface Outcome {
  verdict: Verdict;
  finding: string;
  figures: Record<string, number | string>;
}

export type Outcomes = Record<Check, Outcome>;

const outcome = (verdict: Verdict, finding: string, figures: Outcome["figures"] = {}): Outcome => ({ verdict, finding, figures });
const idle: Outcome = outcome("idle", "");
export const running: Outcome = outcome("running", "");
export const skipped = (finding: string): Outcome => outcome("skipped", finding);
export const nothingYet = (): Outcomes => Object.fromEntries(CHECKS.map((check) => [check, idle])) as Outcomes;

const DAY_S = 86_400;
const CERTIFICATE_ENDS_SOON_DAYS = 14;

/** `tls` is null when the server was not asked. */
export function judgeSecure(page: { secure: boolean; https: boolean }, tls: DoctorServer["tls"] | null, now: number): Outcome {
  if (!page.secure) return outcome("bad", "insecure");
  if (!page.https) return outcome("good", "local");
  if (tls?.host_matches === false) return outcome("warn", "other_host");
  const days = tls?.certificate_until ? Math.floor((tls.certificate_until - now) / DAY_S) : null;
  if (days === null) return outcome("good", "encrypted");
  if (days < 0) return outcome("bad", "ended");
  return days < CERTIFICATE_ENDS_SOON_DAYS ? outcome("warn", "ending", { days }) : outcome("good", "encrypted_until", { days });
}

const SLOW_MS = 300;
const VERY_SLOW_MS = 1000;

/** Round trips in milliseconds; one that failed is missing. */
export function judgeServer(times_ms: readonly number[], asked: number): Outcome {
  if (!times_ms.length) return outcome("bad", "silent");
  const ms = Math.round(median(times_ms));
  const lost = asked - times_ms.length;
  if (lost) return outcome("warn", "lossy", { ms, lost, asked });
  if (ms > VERY_SLOW_MS) return outcome("bad", "very_slow", { ms });
  return ms > SLOW_MS ? outcome("warn", "slow", { ms }) : outcome("good", "quick", { ms });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const CLOCK_NOTICED_S = 5;
const CLOCK_WRONG_S = 60;

/** `ahead_s`: how far this machine's clock goes before the server's. */
export function judgeClock(ahead_s: number | null): Outcome {
  if (ahead_s === null) return outcome("skipped", "untold");
  const seconds = Math.round(Math.abs(ahead_s));
  const side = ahead_s > 0 ? "ahead" : "behind";
  if (seconds > CLOCK_WRONG_S) return outcome("bad", side, { seconds });
  return seconds > CLOCK_NOTICED_S ? outcome("warn", side, { seconds }) : outcome("good", "right");
}

/** A websocket that was tried: when it opened and when the first answer came, in milliseconds after the start. */
export interface Knocked {
  opened_ms: number | null;
  answered_ms: number | null;
}

const SLOW_SOCKET_MS = 1500;

export function judgeSocket({ opened_ms, answered_ms }: Knocked): Outcome {
  if (opened_ms === null) return outcome("bad", "closed");
  if (answered_ms === null) return outcome("bad", "mute", { opened_ms });
  return answered_ms > SLOW_SOCKET_MS ? outcome("warn", "slow", { opened_ms, answered_ms }) : outcome("good", "open", { opened_ms, answered_ms });
}

/** Levels from 0 (-60 dB) to 1 (full): speech into a headset reaches -36 dB, an open-plan office without it -47 dB. */
export const HEARD = 0.4;
const FAINT = 0.22;

export function judgeMicrophone(peak: number, device: string): Outcome {
  const level = Math.round(peak * 100);
  if (peak >= HEARD) return outcome("good", "heard", { device, level });
  return peak >= FAINT ? outcome("warn", "faint", { device, level }) : outcome("bad", "nothing", { device, level });
}

/** What an echo call showed. `delays_ms`: from a tone sent to the tone heard, one for each that came back. */
export interface EchoMeasured {
  connected_ms: number;
  sent: number;
  delays_ms: number[];
  quality: Quality | null;
}

const LONG_DELAY_MS = 400;

export function judgeEcho(measured: EchoMeasured): Outcome {
  const { sent, delays_ms, quality } = measured;
  const figures = figuresOf(measured);
  if (!delays_ms.length) return outcome("bad", quality?.trouble === "nothing" ? "no_sound" : "no_tone", figures);
  if (quality && quality.grade !== "good") return outcome(quality.grade === "poor" ? "bad" : "warn", quality.trouble || "no_tone", figures);
  if (delays_ms.length < sent - 1) return outcome("warn", "loss", figures);
  return median(delays_ms) > LONG_DELAY_MS ? outcome("warn", "delay", figures) : outcome("good", "fine", figures);
}

function figuresOf({ connected_ms, sent, delays_ms, quality }: EchoMeasured): Outcome["figures"] {
  const lost = quality ? Math.round(Math.max(quality.lost, quality.sent_lost) * 1000) / 10 : "–";
  return {
    connected_ms: Math.round(connected_ms),
    heard: delays_ms.length,
    sent,
    delay_ms: delays_ms.length ? Math.round(median(delays_ms)) : "–",
    round_trip_ms: quality?.round_trip_ms ?? "–",
    jitter_ms: quality?.jitter_ms ?? "–",
    lost,
  };
}

export type Browser = "chrome" | "edge" | "firefox" | "safari" | "other";

export function browserOf(userAgent: string): Browser {
  if (/Edg(e|A|iOS)?\//.test(userAgent)) return "edge";
  if (/Firefox\/|FxiOS\//.test(userAgent)) return "firefox";
  if (/Chrom(e|ium)\/|CriOS\//.test(userAgent)) return "chrome";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}

/** The worst of what was found, for the head of the page. */
export function worstOf(outcomes: Outcomes): "bad" | "warn" | "good" | "open" {
  const verdicts = Object.values(outcomes).map((one) => one.verdict);
  if (verdicts.includes("bad")) return "bad";
  if (verdicts.includes("warn")) return "warn";
  return verdicts.some((one) => one === "idle" || one === "running") ? "open" : "good";
}
