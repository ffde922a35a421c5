/** Records from a microphone; gives a WAV file, whatever the browser records in. */
import { wav } from "@/state/wav";

export interface Recording {
  /** Ends it and gives the file. */
  stop(): Promise<ArrayBuffer>;
  /** Ends it and forgets it. */
  cancel(): void;
}

/** Without what browsers do for talks: gain lifts the noise of every pause, and the rest dulls a voice. Rejects as `getUserMedia` does. */
export async function startRecording(deviceId: string): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { ...(deviceId ? { deviceId: { ideal: deviceId } } : {}), channelCount: 1, autoGainControl: false, noiseSuppression: false, echoCancellation: false },
  });
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 128_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise<void>((resolve) => (recorder.onstop = () => resolve()));
  recorder.start();
  function end(): void {
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
  }
  return {
    async stop() {
      end();
      await ended;
      return decoded(await new Blob(parts).arrayBuffer());
    },
    cancel: end,
  };
}

async function decoded(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(bytes);
    return wav(sound.getChannelData(0), sound.sampleRate);
  } finally {
    void context.close();
  }
}
