/** A WAV file's loudness over time, one series a channel: enough to see who spoke when. Pure. */

export interface Waveform {
  duration_s: number;
  /** One array a channel, values 0..1, `bars` long. */
  channels: number[][];
  /** Whether anybody speaks, by the quarter of a second. */
  voices: boolean[];
}

export interface Quiet {
  from_s: number;
  to_s: number;
}

const PIECE_S = 0.25;
const LOUD = 0.02;
const SKIPPED_FROM_S = 1.5;

interface Format {
  channels: number;
  rate: number;
  dataAt: number;
  dataBytes: number;
}

const PCM = 1;

/** Null when the bytes are no 16-bit PCM WAV: the recording can still be played, without a picture. */
export function waveform(bytes: ArrayBuffer, bars: number): Waveform | null {
  const format = formatOf(new DataView(bytes));
  if (!format) return null;
  const samples = new Int16Array(bytes.slice(format.dataAt, format.dataAt + format.dataBytes - (format.dataBytes % 2)));
  const frames = Math.floor(samples.length / format.channels);
  const apart = Array.from({ length: format.channels }, (_, channel) => {
    const one = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame += 1) one[frame] = (samples[frame * format.channels + channel] ?? 0) / 32768;
    return one;
  });
  return pictureOf(apart, format.rate, bars);
}

/** Of decoded sound, one array of samples (-1..1) a channel. */
export function pictureOf(channels: readonly Float32Array[], rate: number, bars: number): Waveform {
  const frames = channels[0]?.length ?? 0;
  const voices = Array.from({ length: Math.ceil(frames / rate / PIECE_S) }, (_, piece) =>
    channels.some((one) => loudest(one, Math.floor(piece * PIECE_S * rate), Math.floor((piece + 1) * PIECE_S * rate)) > LOUD),
  );
  return { duration_s: frames / rate, channels: channels.map((one) => peaks(one, bars)), voices };
}

/** Stretches in which nobody speaks; a moment is left at both ends. */
export function quietSkips({ voices }: Waveform): Quiet[] {
  const found: Quiet[] = [];
  let from = -1;
  for (let piece = 0; piece <= voices.length; piece += 1) {
    const quiet = piece < voices.length && !voices[piece];
    if (quiet && from < 0) from = piece;
    if (!quiet && from >= 0) {
      if ((piece - from) * PIECE_S >= SKIPPED_FROM_S) found.push({ from_s: (from + 1) * PIECE_S, to_s: (piece - 1) * PIECE_S });
      from = -1;
    }
  }
  return found;
}

function formatOf(view: DataView): Format | null {
  if (view.byteLength < 44 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") return null;
  let channels = 0;
  let rate = 0;
  for (let at = 12; at + 8 <= view.byteLength; at += 8 + size(view, at) + (size(view, at) % 2)) {
    if (tag(view, at) === "fmt ") {
      if (view.getUint16(at + 8, true) !== PCM || view.getUint16(at + 22, true) !== 16) return null;
      channels = view.getUint16(at + 10, true);
      rate = view.getUint32(at + 12, true);
    }
    if (tag(view, at) === "data" && channels) {
      return { channels, rate, dataAt: at + 8, dataBytes: Math.min(size(view, at), view.byteLength - at - 8) };
    }
  }
  return null;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function size(view: DataView, at: number): number {
  return view.getUint32(at + 4, true);
}

function peaks(samples: Float32Array, bars: number): number[] {
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * samples.length) / bars);
    return loudest(samples, from, Math.max(from + 1, Math.floor(((bar + 1) * samples.length) / bars)));
  });
}

function loudest(samples: Float32Array, from: number, to: number): number {
  let found = 0;
  for (let at = from; at < to && at < samples.length; at += 1) found = Math.max(found, Math.abs(samples[at] ?? 0));
  return found;
}
