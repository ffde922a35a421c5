/** Compressed sound as samples, for its picture; the browser decodes it. */

export interface Sound {
  rate: number;
  channels: Float32Array[];
}

/** Null when this browser cannot: it can still be played, without a picture. */
export async function decoded(bytes: ArrayBuffer): Promise<Sound | null> {
  try {
    const context = new OfflineAudioContext(2, 1, 8000);
    const sound = await context.decodeAudioData(bytes.slice(0));
    return { rate: sound.sampleRate, channels: Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i)) };
  } catch {
    return null;
  }
}
