"""A headerless recording becomes a WAV file: whole and verified, or not at all.

In it are 16-bit samples, 8,000 a second whatever the codecs of the call: Asterisk resamples to what its `raw` format
has. Of a message there is one channel; of a call two, caller and agent in turn, joined by `sides` from two files.
"""

import hashlib
import os
import wave
from pathlib import Path
from typing import BinaryIO

import msgspec

SAMPLES_PER_S = 8000
CHANNELS = 2  # left the caller, right the agent
SAMPLE_BYTES = 2
FRAME_BYTES = CHANNELS * SAMPLE_BYTES
BLOCK_BYTES = 256 * 1024
_RAW_BYTES_MAX = 2**32 - 1024  # a WAV header counts bytes in 32 bits: 37 hours


class UnusableRecording(Exception):
    """The raw file can never become a WAV file: not a regular file, or longer than one can be."""


class VerificationFailed(OSError):
    """What was read back is not what was written."""


class Converted(msgspec.Struct, frozen=True):
    """`raw_bytes` is how much of the raw file is in it; `bytes` and `sha256` are the WAV file's."""

    raw_bytes: int
    bytes: int
    sha256: str
    channels: int = CHANNELS

    @property
    def duration_s(self) -> float:
        return self.raw_bytes / (self.channels * SAMPLE_BYTES) / SAMPLES_PER_S


def convert(raw: Path, wav: Path, workshop: Path, channels: int = CHANNELS) -> Converted:
    """Write `wav` from `raw`, through a file in `workshop` (a folder on the same file system).

    `wav` appears at once, complete, verified and on disk, or stays as it was. The raw file is only read. A torn last
    frame is left out. Raises OSError (full disk, no permission), VerificationFailed or UnusableRecording.
    """
    workshop.mkdir(parents=True, exist_ok=True)
    part = workshop / wav.name
    try:
        frames, frame_hash = _write(raw, part, channels)
        converted = _read_back(part, channels, frames, frame_hash)
        _put_in_place(part, wav)
    finally:
        part.unlink(missing_ok=True)
    return converted


def described(wav: Path, channels: int = CHANNELS) -> Converted | None:
    """A WAV file that `convert` wrote earlier; None when there is none, or it is not whole."""
    try:
        with wave.open(str(wav)) as sound:
            frames = sound.getnframes()
        return _read_back(wav, channels, frames)
    except (FileNotFoundError, EOFError, wave.Error, VerificationFailed):
        return None


def _write(raw: Path, part: Path, channels: int) -> tuple[int, str]:
    """How many frames were written, and the hash of their bytes."""
    frame_bytes = channels * SAMPLE_BYTES
    with _opened(raw) as source, _created(part) as target:
        frames = os.fstat(source.fileno()).st_size // frame_bytes
        digest = hashlib.sha256()
        with wave.open(target, "wb") as sound:
            sound.setparams((channels, SAMPLE_BYTES, SAMPLES_PER_S, frames, "NONE", "not compressed"))
            left = frames * frame_bytes
            while left and (block := source.read(min(BLOCK_BYTES, left))):
                sound.writeframesraw(block)
                digest.update(block)
                left -= len(block)
        if left:
            raise OSError(f"{raw} became shorter while it was read")
        target.flush()
        os.fsync(target.fileno())
    return frames, digest.hexdigest()


def _opened(raw: Path) -> BinaryIO:
    """The raw file, never through a link: whoever can write into the folder must not choose what is published."""
    if raw.is_symlink() or not raw.is_file():
        if raw.exists() or raw.is_symlink():
            raise UnusableRecording(f"{raw} is not a regular file")
        raise FileNotFoundError(f"{raw} is not there")
    source = os.fdopen(os.open(raw, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    if os.fstat(source.fileno()).st_size > _RAW_BYTES_MAX:
        source.close()
        raise UnusableRecording(f"{raw} is too long for a WAV file; the most is {_RAW_BYTES_MAX} bytes")
    return source


def _created(part: Path) -> BinaryIO:
    """Owner and group read it, nobody else: it is a talk."""
    part.unlink(missing_ok=True)
    return os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640), "wb")


def _read_back(part: Path, channels: int, frames: int, frame_hash: str | None = None) -> Converted:
    """Without `frame_hash` only the length is checked."""
    with part.open("rb") as file:
        with wave.open(file) as sound:
            header_bytes = file.tell()
            shape = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), sound.getnframes())
        if shape != (channels, SAMPLE_BYTES, SAMPLES_PER_S, frames):
            raise VerificationFailed(f"{part}: the header says {shape}, {frames} frames were written")
        file.seek(0)
        whole = hashlib.sha256(file.read(header_bytes))
        sound_only = hashlib.sha256()
        while block := file.read(BLOCK_BYTES):
            whole.update(block)
            sound_only.update(block)
        size = file.tell()
    unchanged = frame_hash is None or sound_only.hexdigest() == frame_hash
    if not unchanged or size != header_bytes + frames * channels * SAMPLE_BYTES:
        raise VerificationFailed(f"{part}: what was read back is not what was written")
    return Converted(frames * channels * SAMPLE_BYTES, size, whole.hexdigest(), channels)


def _put_in_place(part: Path, wav: Path) -> None:
    wav.parent.mkdir(parents=True, exist_ok=True)
    part.replace(wav)
    folder = os.open(wav.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
