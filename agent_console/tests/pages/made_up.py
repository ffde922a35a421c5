"""A day's figures and a recording, made by arithmetic."""

import struct
from math import sin
from typing import Any


def quarters(now: float) -> dict[str, Any]:
    """A working day so far: quiet at eight, busiest at ten, with a dip in the service level."""
    begun = now - now % 900 - 36 * 900
    day = []
    for index in range(4, 37):
        offered = round(9 + 8 * sin(index / 5)) if index != 12 else 0
        abandoned = offered // 6
        answered = offered - abandoned
        day.append(
            {"at": begun + index * 900, "offered": offered, "answered": answered}
            | {"within": round(answered * (0.8 + 0.2 * sin(index / 4)))}
            | {"abandoned": abandoned, "short": abandoned // 3, "flowed_out": 0, "callbacks": index % 3}
            | {"wait_s": answered * 17.0, "talk_s": answered * 190.0, "handled": answered}
        )
    return {"from_at": begun, "step_s": 900, "intervals": day, "formula": ""}


def recording(channels: int = 2) -> bytes:
    """A WAV in which two voices take turns; one of them alone when it is mono."""
    rate, seconds = 8000, 24
    frames = bytearray()
    for i in range(rate * seconds):
        t = i / rate
        loud = abs(sin(t * 2.1)) * abs(sin(t * 7.3)) * 24000
        turn = int(t / 3.4) % 2
        tone = sin(t * 6.28 * (210 + 60 * turn)) * loud
        sides = (int(tone if turn == 0 else tone * 0.02), int(tone if turn else tone * 0.02))
        frames += struct.pack(f"<{channels}h", *sides[:channels])
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    head = (
        struct.pack("<4sI4s", b"RIFF", 36 + len(frames), b"WAVE") + form + struct.pack("<4sI", b"data", len(frames))
    )
    return head + bytes(frames)
