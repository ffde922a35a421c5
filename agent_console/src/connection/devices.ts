/** Microphones and loudspeakers of this machine. */

export interface AudioDevices {
  inputs: MediaDeviceInfo[];
  outputs: MediaDeviceInfo[];
}

export type MicrophoneState = "ok" | "ask" | "denied" | "none" | "insecure";

export async function audioDevices(): Promise<AudioDevices> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  return {
    inputs: all.filter((device) => device.kind === "audioinput" && device.deviceId),
    outputs: all.filter((device) => device.kind === "audiooutput" && device.deviceId),
  };
}

/** Opens the microphone for a moment: the browser asks its question now, not while a caller waits. */
export async function tryMicrophone(): Promise<MicrophoneState> {
  if (!navigator.mediaDevices) return "insecure";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    return "ok";
  } catch (error) {
    return error instanceof DOMException && error.name === "NotFoundError" ? "none" : "denied";
  }
}

export async function microphoneState(): Promise<MicrophoneState> {
  if (!navigator.mediaDevices) return "insecure";
  const permission = await navigator.permissions
    ?.query({ name: "microphone" as PermissionName })
    .catch(() => null);
  if (permission?.state === "denied") return "denied";
  return permission?.state === "granted" ? "ok" : "ask";
}

/** Listens to a microphone and tells how loud it is, 0 to 1, ten times a second. The answer ends it. */
export async function openMeter(deviceId: string, told: (level: number) => void): Promise<() => void> {
  const audio = deviceId ? { deviceId: { ideal: deviceId } } : true;
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const context = new AudioContext();
  const ear = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(ear);
  const samples = new Float32Array(ear.fftSize);
  const timer = setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    told(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
}

/** From the quietest that is worth showing (-60 dB) to full. */
function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-9) + 60) / 60));
}
