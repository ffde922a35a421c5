"""Finished recordings that lie in the folder and that no ledger knows: whose they are, and how they get into it.

They are left when a ledger was lost or put back from an older copy, or when somebody copied files in.
"""

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.requests import AdoptRecording
from callcenter.recordings.compression import Encoder
from callcenter.recordings.naming import BadInteractionId, began_at, call_of, format_of
from callcenter.recordings.places import Folder, hashed, written
from callcenter.recordings.sealing import SUFFIX, Keys, Sealed, key_id_of
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Kept

Whose = Literal["call", "unknown_call", "second_copy", "deleted", "no_name", "unreadable"]
YOUNG_S = 600.0
ADOPTED: frozenset[Whose] = frozenset({"call", "unknown_call"})


class Orphan(msgspec.Struct, frozen=True, kw_only=True):
    """`whose`: of a call that lacks it, or of one that nothing is known of: both are adopted. A second copy, one of a
    recording that was deleted, one whose name is no call's and one that cannot be read are left for somebody to look
    at. `call` is empty where the name tells none."""

    file: str
    whose: Whose
    call: str = ""
    bytes: int
    duration_s: float = 0.0


class Adoption:
    """`strangers` lists the files; all methods block."""

    def __init__(
        self,
        folder: Path,
        db: sa.Engine,
        strangers: Callable[[], list[str]],
        clock: Callable[[], float],
        keys: Callable[[], Keys | None],
        encoder: Encoder | None,
        workshop: Path,
    ) -> None:
        self._folder, self._db, self._strangers, self._clock = Folder(folder), db, strangers, clock
        self._keys, self._encoder, self._workshop = keys, encoder, workshop

    def orphans(self) -> list[Orphan]:
        """What was written in the last minutes is left out: it is on its way into the ledger."""
        found, calls = list[Orphan](), set[str]()
        for name in self._strangers():
            if self._folder.path(name).stat().st_mtime > self._clock() - YOUNG_S:
                continue
            orphan = self._looked_at(name)
            if orphan.call in calls:
                orphan = msgspec.structs.replace(orphan, whose="second_copy")
            if orphan.whose in ADOPTED:
                calls.add(orphan.call)
            found.append(orphan)
        return found

    def adopted(self, orphan: Orphan) -> AdoptRecording:
        """What the engine is to be told; from then on the file is kept as it is. Raises OSError."""
        file = self._folder.path(orphan.file)
        sha256 = hashed(file)
        row = Kept(
            call_id=orphan.call,
            file=orphan.file,
            place="local",
            format=format_of(orphan.file),
            key_id=_key_of(file),
            bytes=file.stat().st_size,
            sha256=sha256,
            kept_at=self._clock(),
            checked_at=self._clock(),
        )
        if orphan.file.endswith(".wav"):
            row = msgspec.structs.replace(
                row, kept_at=0.0
            )  # as the telephone leaves it: everything is still to be done
        ledger.settle(self._db, row)
        return AdoptRecording(
            interaction=orphan.call,
            file=orphan.file,
            duration_s=orphan.duration_s,
            bytes=row.bytes,
            sha256=sha256,
            began_at=_began_at(orphan, file),
            known=orphan.whose == "call",
        )

    def _looked_at(self, name: str) -> Orphan:
        size = self._folder.size(name)
        try:
            call = call_of(name)
        except BadInteractionId:
            return Orphan(file=name, whose="no_name", bytes=size)
        whose = self._whose(call)
        if whose not in ADOPTED:
            return Orphan(file=name, whose=whose, call=call, bytes=size)
        try:
            duration_s = self._duration_s(name, call)
        except (OSError, EOFError, wave.Error):
            return Orphan(file=name, whose="unreadable", call=call, bytes=size)
        return Orphan(file=name, whose=whose, call=call, bytes=size, duration_s=duration_s)

    def _whose(self, call: str) -> Whose:
        state = ledger.state_of(self._db, call)
        if state is None:
            return "unknown_call"
        kept = ledger.of_call(self._db, call)
        if kept is not None and kept.deleted_at is not None:
            return "deleted"
        lost = kept is not None and kept.finding == "missing"
        return "second_copy" if state == "stored" and not lost else "call"

    def _duration_s(self, name: str, call: str) -> float:
        """By its sound: what cannot be read to its end is not adopted."""
        file = self._folder.path(name)
        plain, wav = self._workshop / f"{call}.found.{format_of(name)}", self._workshop / f"{call}.found.decoded.wav"
        self._workshop.mkdir(parents=True, exist_ok=True)
        try:
            if name.endswith(SUFFIX):
                self._unseal(file, plain)
                file = plain
            if format_of(name) == "wav":
                return _length_s(file)
            if self._encoder is None:
                raise OSError("no program to read compressed recordings is installed")
            self._encoder.decode(file, wav)
            return _length_s(wav)
        finally:
            plain.unlink(missing_ok=True)
            wav.unlink(missing_ok=True)

    def _unseal(self, file: Path, plain: Path) -> None:
        if (keys := self._keys()) is None:
            raise OSError("there is no key in the file of secrets")
        sealed = Sealed(lambda at, length: _piece(file, at, length), file.stat().st_size, keys)

        def write(target: Any) -> None:
            for piece in sealed.read(0, sealed.bytes):
                target.write(piece)

        written(plain, write)


def _length_s(wav: Path) -> float:
    """Raises OSError, EOFError or wave.Error for what is no whole WAV file."""
    with wave.open(str(wav)) as sound:
        frames, rate = sound.getnframes(), sound.getframerate()
        left = frames
        while left and (read := len(sound.readframes(min(left, rate * 60)))):
            left -= read // (sound.getnchannels() * sound.getsampwidth())
    if left:
        raise OSError(f"{wav} ends {left / rate:.1f} s before its header says")
    return float(frames / rate)


def _key_of(file: Path) -> str:
    if not file.name.endswith(SUFFIX):
        return ""
    with file.open("rb") as source:
        return key_id_of(source.read(256))


def _piece(file: Path, at: int, length: int) -> bytes:
    with file.open("rb") as source:
        source.seek(at)
        return source.read(length)


def _began_at(orphan: Orphan, file: Path) -> float:
    """As the call's id tells, or else the file's own time."""
    try:
        return began_at(orphan.call).timestamp()
    except BadInteractionId:
        return file.stat().st_mtime - orphan.duration_s
