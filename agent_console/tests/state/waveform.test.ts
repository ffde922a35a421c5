import { describe, expect, it } from "vitest";
import { waveform } from "@/state/waveform";

/** A 16-bit PCM WAV of these frames; `extra` is put before the data as an unknown chunk. */
function wav(frames: number[][], { format = 1, bits = 16, extra = 0 } = {}): ArrayBuffer {
  const channels = frames[0]?.length ?? 1;
  const data = frames.flat();
  const bytes = new ArrayBuffer(44 + extra + data.length * 2);
  const view = new DataView(bytes);
  const word = (at: number, text: string) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  word(8, "WAVE");
  word(12, "fmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, 8000, true);
  view.setUint16(34, bits, true);
  if (extra) {
    word(36, "LIST");
    view.setUint32(40, extra - 8, true);
  }
  word(36 + extra, "data");
  view.setUint32(40 + extra, data.length * 2, true);
  data.forEach((sample, i) => view.setInt16(44 + extra + i * 2, sample, true));
  return bytes;
}

describe("the picture of a recording", () => {
  const turns = [...Array.from({ length: 4000 }, () => [16384, 0]), ...Array.from({ length: 4000 }, () => [0, -32768])];

  it("shows each channel's loudness over time", () => {
    const picture = waveform(wav(turns), 2);
    expect(picture?.duration_s).toBe(1);
    expect(picture?.channels).toEqual([[0.5, 0], [0, 1]]);
  });

  it("finds the sound behind other chunks", () => {
    expect(waveform(wav(turns, { extra: 20 }), 2)?.channels[1]).toEqual([0, 1]);
  });

  it("is missing, without harm, for anything but 16-bit PCM", () => {
    expect(waveform(wav(turns, { format: 7 }), 2)).toBeNull();
    expect(waveform(wav(turns, { bits: 8 }), 2)).toBeNull();
    expect(waveform(new ArrayBuffer(10), 2)).toBeNull();
    expect(waveform(new TextEncoder().encode("x".repeat(60)).buffer as ArrayBuffer, 2)).toBeNull();
  });

  it("reads a file that was cut off", () => {
    expect(waveform(wav(turns).slice(0, 44 + 16000), 1)?.duration_s).toBe(0.5);
  });
});
