/** One short tone that swells and fades. `loud` is 0 to 1, `at` the audio context's time in seconds. */
export type Timbre = { shape: OscillatorType; rise_s: number; fade_s: number };

export function playTone(audio: AudioContext, frequency: number, at: number, loud: number, { shape, rise_s, fade_s }: Timbre): void {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.type = shape;
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(loud, at + rise_s);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + fade_s);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + fade_s + 0.03);
}
