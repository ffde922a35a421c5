/** A WAV file's loudness over time, one series a channel: enough to see who spoke when. Pure. */

export interface Waveform {
  duration_s: number;
  /** One array a channel, values 0..1, `bars` long. */
  channels: number[][];
}

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
  const channels = Array.from({ length: format.channels }, (_, c) => peaks(samples, c, format.channels, frames, bars));
  return { duration_s: frames / format.rate, channels };
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

function peaks(samples: Int16Array, channel: number, stride: number, frames: number, bars: number): number[] {
  const series: number[] = [];
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar * frames) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * frames) / bars));
    let loudest = 0;
    for (let frame = from; frame < to && frame < frames; frame += 1) {
      loudest = Math.max(loudest, Math.abs(samples[frame * stride + channel] ?? 0));
    }
    series.push(loudest / 32768);
  }
  return series;
}
