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
