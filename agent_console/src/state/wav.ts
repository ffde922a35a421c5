/** Samples from -1 to 1 as a 16-bit mono WAV file. Pure. */
const HEAD_BYTES = 44;
const PCM = 1;

export function wav(samples: Float32Array, rate: number): ArrayBuffer {
  const bytes = new ArrayBuffer(HEAD_BYTES + samples.length * 2);
  const view = new DataView(bytes);
  tag(view, 0, "RIFF");
  view.setUint32(4, bytes.byteLength - 8, true);
  tag(view, 8, "WAVE");
  tag(view, 12, "fmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(view, 36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => view.setInt16(HEAD_BYTES + i * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true));
  return bytes;
}

function tag(view: DataView, at: number, word: string): void {
  [...word].forEach((char, i) => view.setUint8(at + i, char.charCodeAt(0)));
}
