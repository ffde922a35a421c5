"""Raw recordings as Asterisk writes them, with a tone in each channel."""

import math
import wave
from array import array
from pathlib import Path

RATE = 8000
CALLER_HZ, AGENT_HZ = 440, 1000


def write_raw(path: Path, seconds: float = 1.0, caller_hz: int = CALLER_HZ, agent_hz: int = AGENT_HZ) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw_sound(seconds, caller_hz, agent_hz))
    return path


def raw_sound(seconds: float, caller_hz: int = CALLER_HZ, agent_hz: int = AGENT_HZ) -> bytes:
    samples = array("h")
    for n in range(int(seconds * RATE)):
        samples.extend(round(9000 * math.sin(2 * math.pi * hz * n / RATE)) for hz in (caller_hz, agent_hz))
    return samples.tobytes()


def channels(wav: Path) -> tuple["array[int]", "array[int]"]:
    """Left and right; asserts the shape every reader may rely on."""
    with wave.open(str(wav)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 2, 2)
        samples = array("h", sound.readframes(sound.getnframes()))
    return samples[0::2], samples[1::2]


def loudness(samples: "array[int]", hz: int) -> float:
    """The tone's amplitude, 0 to 1."""
    turns = [2 * math.pi * hz * n / RATE for n in range(len(samples))]
    real = sum(sample * math.cos(turn) for sample, turn in zip(samples, turns, strict=True))
    imaginary = sum(sample * math.sin(turn) for sample, turn in zip(samples, turns, strict=True))
    return 2 * math.hypot(real, imaginary) / max(1, len(samples)) / 32768
