"""`python -m callcenter.prompts.decode SOURCE OUT.wav`: what SoX does not read, read with FFmpeg's libraries (PyAV).

A program of its own, with bounds on memory and time: what it reads was sent by somebody.
"""

import resource
import sys
import wave

MEMORY_BYTES = 2_000_000_000
CPU_S = 60
LONGEST_S = 310
RATE_HZ = 48_000


def decode(source: str, out: str) -> None:
    """The first audio track as 16-bit mono wav."""
    import av

    with av.open(source) as container, wave.open(out, "wb") as audio:
        if not container.streams.audio:
            raise ValueError("there is no sound in it")
        audio.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        for frame in container.decode(container.streams.audio[0]):
            for part in resampler.resample(frame):
                audio.writeframes(bytes(part.planes[0])[: part.samples * 2])
            if audio.getnframes() > LONGEST_S * RATE_HZ:
                break


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    try:
        decode(sys.argv[1], sys.argv[2])
    except ImportError:
        sys.exit("this kind of file needs PyAV: pip install 'callcenter[media]'")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
