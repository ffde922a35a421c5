/** The measurements of the check-up: what goes over the network, apart from the connections the page works with. */
import type { Knocked } from "@/state/doctor";

const PATIENCE_MS = 6000;

/** Milliseconds that each of `times` questions took; those without an answer are missing. */
export async function roundTrips(times: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const began = performance.now();
    const ok = await fetch("/api/v1/session", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), headers: asking }).then(() => true, () => false);
    if (ok) found.push(performance.now() - began);
  }
  return found;
}

const asking = { "X-Requested-With": "callcenter" };

/** How far this machine's clock is before the server's, in seconds; the header tells whole seconds. Null: not told. */
export async function clockAhead(): Promise<number | null> {
  const began = Date.now();
  const response = await fetch("/api/v1/session", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), headers: asking }).catch(() => null);
  const told = Date.parse(response?.headers.get("Date") ?? "");
  if (Number.isNaN(told)) return null;
  const here = (began + Date.now()) / 2;
  return (here - (told + 500)) / 1000;
}

const addressOf = (path: string) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;

/** The page's websocket: the server says something at once, or closes by itself when nobody is signed in. */
export function knock(path: string): Promise<Knocked> {
  return tried(new WebSocket(addressOf(path)), () => undefined);
}

/** The telephone's websocket: a question in SIP that every server answers, whoever asks. */
export function knockSip(path: string, domain: string): Promise<Knocked> {
  const socket = new WebSocket(addressOf(path), "sip");
  return tried(socket, () => socket.send(options(domain)));
}

const random = () => Math.random().toString(36).slice(2, 12);

function options(domain: string): string {
  const lines = [
    `OPTIONS sip:${domain} SIP/2.0`,
    `Via: SIP/2.0/WS ${random()}.invalid;branch=z9hG4bK${random()}`,
    "Max-Forwards: 70",
    `To: <sip:${domain}>`,
    `From: <sip:check@${domain}>;tag=${random()}`,
    `Call-ID: ${random()}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function tried(socket: WebSocket, opened: () => void): Promise<Knocked> {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  const result: Knocked = { opened_ms: null, answered_ms: null };
  return new Promise((resolve) => {
    const timer = setTimeout(finish, PATIENCE_MS);
    function finish(): void {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
      resolve(result);
    }
    socket.onopen = () => {
      result.opened_ms = since();
      opened();
    };
    const heard = () => {
      if (result.opened_ms !== null) result.answered_ms ??= since();
      finish();
    };
    socket.onmessage = heard;
    socket.onclose = heard;
  });
}

/** A tone of a second on the chosen loudspeaker. */
export async function playTone(speaker: string, volume: number): Promise<void> {
  const context = new AudioContext();
  const to = context.createMediaStreamDestination();
  const player = new Audio();
  player.srcObject = to.stream;
  if (speaker && "setSinkId" in player) await player.setSinkId(speaker).catch(() => undefined);
  await player.play();
  for (const [note, at] of [[523.25, 0], [659.25, 0.35], [783.99, 0.7]] as const) chime(context, to, note, at, volume);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await context.close();
}

function chime(context: AudioContext, to: AudioNode, note: number, at: number, volume: number): void {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = note;
  loudness.gain.setValueAtTime(0, context.currentTime + at);
  loudness.gain.linearRampToValueAtTime(0.5 * volume, context.currentTime + at + 0.03);
  loudness.gain.linearRampToValueAtTime(0, context.currentTime + at + 0.45);
  tone.connect(loudness).connect(to);
  tone.start(context.currentTime + at);
  tone.stop(context.currentTime + at + 0.5);
}
