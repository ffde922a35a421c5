"""What people send becomes a prompt, told by its content: a tone in is the tone out, or a clear refusal."""

import io
import math
import os
import subprocess
import wave
from array import array
from itertools import pairwise
from pathlib import Path

import av
import pytest

from callcenter.prompts.intake import LONGEST_S, Intake, Unusable
from callcenter.prompts.level import RATE_HZ, level_db, read_samples
from callcenter.prompts.settings import Tools
from callcenter.prompts.sound_kinds import kind_of
from tests.real_asterisk import installation

pytestmark = pytest.mark.real
TONE_HZ = 600.0


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    installed = installation()
    tools = Tools(sox=tuple(installed.command("sox")), environment=installed.environment)
    return Intake(tmp_path / "kept", tools, wanted_db=-20.0)


def sound(seconds: float = 1.0, rate: int = 44_100, silence_s: float = 1.0, loud: int = 3000) -> "array[int]":
    tone = [round(loud * math.sin(2 * math.pi * TONE_HZ * i / rate)) for i in range(round(seconds * rate))]
    quiet = [0] * round(silence_s * rate)
    return array("h", quiet + tone + quiet)


def file_of(samples: "array[int]", container: str, codec: str, rate: int = 44_100) -> bytes:
    if codec == "vorbis":
        return by_sox(samples, rate)
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate)
        stream.layout = "mono"
        stream.bit_rate = 64_000
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        for part in resampler.resample(frame):
            fifo.write(part)
        size = stream.codec_context.frame_size or 1024
        while (piece := fifo.read(size)) or (piece := fifo.read()):
            for packet in stream.encode(piece):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    return out.getvalue()


def by_sox(samples: "array[int]", rate: int) -> bytes:
    """FFmpeg has no encoder of its own for Vorbis that is fit for use."""
    installed = installation()
    argv = [*installed.command("sox"), "-t", "s16", "-r", str(rate), "-c", "1", "-", "-t", "ogg", "-"]
    environment = {**os.environ, **installed.environment}
    return subprocess.run(argv, input=samples.tobytes(), capture_output=True, check=True, env=environment).stdout


def heard_hz(samples: "array[int]") -> float:
    """By its crossings of zero."""
    rising = sum(1 for a, b in pairwise(samples) if a < 0 <= b)
    return rising / (len(samples) / RATE_HZ)


FORMATS = [
    ("wav", "wav", "pcm_s16le", 44_100),
    ("mp3", "mp3", "libmp3lame", 44_100),
    ("ogg", "ogg", "vorbis", 44_100),
    ("opus", "ogg", "libopus", 48_000),
    ("flac", "flac", "flac", 44_100),
    ("m4a", "ipod", "aac", 44_100),
    ("aac", "adts", "aac", 44_100),
    ("webm", "webm", "libopus", 48_000),
    ("aiff", "aiff", "pcm_s16be", 44_100),
    ("wma", "asf", "wmav2", 44_100),
]


@pytest.mark.parametrize(("kind", "container", "codec", "rate"), FORMATS, ids=[each[0] for each in FORMATS])
async def test_a_tone_in_is_a_tone_out(
    intake: Intake, tmp_path: Path, kind: str, container: str, codec: str, rate: int
) -> None:
    content = file_of(sound(rate=rate), container, codec, rate)
    assert kind_of(content) == kind
    taken = await intake.take(content)
    samples = read_samples(tmp_path / "kept" / taken.file)
    assert level_db(samples) == pytest.approx(-20, abs=0.5)
    assert taken.duration_s == pytest.approx(1.16, abs=0.1)  # a second, and what stays of the silence around it
    middle = samples[2000:8000]
    assert heard_hz(middle) == pytest.approx(TONE_HZ, rel=0.02)
    assert (tmp_path / "kept" / taken.original).read_bytes() == content


async def test_hardly_any_silence_stays_around_a_piece(intake: Intake) -> None:
    taken = await intake.take(file_of(sound(), "wav", "pcm_s16le"), piece=True)
    assert taken.duration_s == pytest.approx(1.04, abs=0.03)


async def test_what_was_sent_much_too_quiet_is_said(intake: Intake) -> None:
    quiet = await intake.take(file_of(sound(loud=150), "wav", "pcm_s16le"))
    fine = await intake.take(file_of(sound(), "wav", "pcm_s16le"))
    assert (quiet.quiet, fine.quiet) == (True, False)
    assert quiet.level_db == pytest.approx(fine.level_db - 26, abs=0.5)


def plain_wav(samples: "array[int]") -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as audio:
        audio.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        audio.writeframes(samples.tobytes())
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "not_audio"),
        (b"#EXTM3U\n/etc/passwd\n", "not_audio"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk and more junk", "damaged"),
        (b"\x00\x00\x00\x20ftypM4A junk", "damaged"),
        (b"ID3 this is no music", "damaged"),
        (plain_wav(array("h", [0] * 8000)), "silent"),
        (plain_wav(array("h", [3000, -3000] * (RATE_HZ * (int(LONGEST_S) + 5) // 2))), "too_long"),
        (b"\0" * 20_000_001, "too_large"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_what_cannot_be_used_is_refused_by_its_reason(
    intake: Intake, tmp_path: Path, content: bytes, word: str
) -> None:
    with pytest.raises(Unusable) as refused:
        await intake.take(content)
    assert refused.value.word == word
    assert not list((tmp_path / "kept").glob("*")) if (tmp_path / "kept").exists() else True
