"""`python -m callcenter.recordings.opus encode TALK.wav TALK.opus`, and `decode` back, with libopus (by PyAV).

A program of its own, with bounds on memory and time; it holds a piece of the sound at a time, however long the talk.
"""

import resource
import sys
import wave
from typing import Any

RATE_HZ = 8000
# Of both voices. Below 20,000 libopus mixes them; at 24,000 more of one is heard in the other where both speak; as
# "audio" in place of "voip" voices take a third more.
BIT_PER_S = 28_000
MEMORY_BYTES = 2_000_000_000  # of address space: the libraries' own is most of it
CPU_S = 900
_LAYOUTS = {1: "mono", 2: "stereo"}


def encode(source: str, target: str) -> None:
    """An Ogg Opus file; channels stay apart. Raises ValueError when `source` ends before its header says."""
    import av

    with wave.open(source) as sound, av.open(target, "w", format="ogg") as container:
        layout, rate = _LAYOUTS[sound.getnchannels()], sound.getframerate()
        options = {"application": "voip", "vbr": "on"}
        stream = container.add_stream("libopus", rate=rate, layout=layout, options=options)
        stream.bit_rate = BIT_PER_S
        stream.codec_context.open()
        at, frame_bytes = 0, 2 * sound.getnchannels()
        while piece := sound.readframes(stream.codec_context.frame_size):
            piece = piece[: len(piece) // frame_bytes * frame_bytes]
            frame = av.AudioFrame("s16", layout, len(piece) // frame_bytes, align=1)
            frame.planes[0].update(piece)
            frame.sample_rate, frame.pts = rate, at
            container.mux(stream.encode(frame))
            at += frame.samples
        container.mux(stream.encode(None))
        if at != sound.getnframes():
            raise ValueError(f"{source} ends after {at} of {sound.getnframes()} samples")


def decode(source: str, target: str) -> None:
    """16-bit WAV of 8,000 samples a second, with as many channels as the file has."""
    import av

    with av.open(source) as container, wave.open(target, "wb") as sound:
        if not container.streams.audio:
            raise ValueError("there is no sound in it")
        stream = container.streams.audio[0]
        sound.setparams((stream.channels, 2, RATE_HZ, 0, "NONE", ""))
        resampler = av.AudioResampler(format="s16", layout=_LAYOUTS[stream.channels], rate=RATE_HZ)
        for frame in container.decode(stream):
            _write(sound, resampler.resample(frame))
        _write(sound, resampler.resample(None))


def _write(sound: wave.Wave_write, frames: list[Any]) -> None:
    for frame in frames:
        sound.writeframesraw(bytes(frame.planes[0])[: frame.samples * sound.getnchannels() * 2])


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    act = {"encode": encode, "decode": decode}[sys.argv[1]]
    try:
        act(sys.argv[2], sys.argv[3])
    except ImportError:
        sys.exit("Opus needs PyAV: pip install 'callcenter[media]'")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
