"""What happens to recordings after the call: compressed, encrypted, moved, checked, and deleted at last.

Every step is begun anew when it was cut off, and none loses anything: a file goes only after another that was read
back is in its place and the ledger names that one. It all runs beside the telephone, in one thread, never in the
engine.
"""

import hashlib
import logging
import wave
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.recording import RecordingPolicy
from callcenter.recordings.adoption import Adoption
from callcenter.recordings.checking import Checking
from callcenter.recordings.compression import Encoder, Format, compare
from callcenter.recordings.places import Bucket, Folder, Place, PlaceName, hashed, located, where, written
from callcenter.recordings.retention import doomed
from callcenter.recordings.sealing import HEADER_BYTES, SUFFIX, Keys, Sealed, reseal, seal
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Kept, Told

log = logging.getLogger(__name__)

WORKSHOP = ".archiving"
RETRY_FIRST_S, RETRY_MOST_S = 30.0, 3600.0


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How recordings are kept from now on. `encrypt` needs keys, s3 a bucket, another format than wav an encoder."""

    format: Format = "wav"
    encrypt: bool = False
    place: PlaceName = "local"


class Archivist:
    """`clock` gives seconds since the epoch. All methods block; of all processes one at a time may work.

    `keys`: what gives them is asked each time, so that a key made meanwhile is known.
    """

    def __init__(
        self,
        folder: Path,
        db: sa.Engine,
        rules: Rules,
        clock: Callable[[], float],
        keys: Keys | Callable[[], Keys | None] | None = None,
        encoder: Encoder | None = None,
        bucket: Place | None = None,
    ) -> None:
        self._folder, self._db, self._rules, self._clock = folder, db, rules, clock
        self._keys = keys if callable(keys) else lambda: keys
        self._encoder = encoder
        self._places: dict[str, Place] = {"local": Folder(folder)}
        if bucket is not None:
            self._places["s3"] = bucket
        self._workshop = folder / WORKSHOP
        self.checking = Checking(folder, db, self._place, clock)
        self.adoption = Adoption(folder, db, self.checking.strangers, clock, self._keys, encoder, self._workshop)
        self._again_at: dict[str, tuple[float, float]] = {}  # call -> not before, the wait after that
        self.failing: dict[str, str] = {}

    # ---- after the call

    def work(self) -> int:
        """Take over what is new, finish what was begun, move what is to be elsewhere, put under the current key.

        How many files were handled; 0: nothing is left to do now.
        """
        later = self._later()
        handled = self._each("clean", ledger.with_leftovers(self._db, later), self._clean)
        handled += self._each("take over", ledger.untaken(self._db, later), self.take_over)
        if self._rules.place in self._places:
            handled += self._each("move", ledger.to_move(self._db, self._rules.place, later), self.move)
        if keys := self._keys():
            handled += self._each("reseal", ledger.to_reseal(self._db, keys.current, later), self._reseal)
        return handled

    def clean_workshop(self) -> None:
        """What an interrupted run left half-made; only when nobody else works here."""
        if self._workshop.is_dir():
            for part in self._workshop.iterdir():
                part.unlink(missing_ok=True)

    def take_over(self, told: Told) -> None:
        """The WAV file becomes what the rules want; then the ledger names that; then the WAV file goes."""
        wav = self._local.path(told.file)
        row = msgspec.structs.replace(ledger.as_told(msgspec.structs.asdict(told)), kept_at=self._clock())
        row = msgspec.structs.replace(row, checked_at=self._clock())
        if not wav.is_file() or hashed(wav) != told.sha256:
            finding = "altered" if wav.is_file() else "missing"
            log.error("recording of %s is %s: %s", told.call_id, finding, told.file)
            ledger.settle(self._db, msgspec.structs.replace(row, finding=finding))
            return
        made = self._made(wav, told)
        if made is None:
            ledger.settle(self._db, row)
            return
        part, name, changed = made
        self._local.put(part, name, changed["sha256"])
        kept = msgspec.structs.replace(row, file=name, to_remove=told.file, **changed)
        ledger.settle(self._db, kept)
        self._clean(kept)

    def _made(self, wav: Path, told: Told) -> tuple[Path, str, dict[str, Any]] | None:
        """(a verified file, its name, what it is); None when the WAV file stays as it is."""
        if self._rules.format == "wav" and not self._rules.encrypt:
            return None
        self._workshop.mkdir(parents=True, exist_ok=True)
        part, name, key_id = wav, told.file, ""
        if self._rules.format != "wav":
            part, name = (
                self._compressed(wav, told.call_id),
                str(PurePosixPath(told.file).with_suffix(f".{self._rules.format}")),
            )
        if self._rules.encrypt:
            keys = self._secret
            part, name, key_id = self._sealed(part, told.call_id, keys), name + SUFFIX, keys.current
        form = {"format": self._rules.format, "key_id": key_id}
        return part, name, {**form, "bytes": part.stat().st_size, "sha256": hashed(part)}

    def _compressed(self, wav: Path, call_id: str) -> Path:
        if self._encoder is None:
            raise OSError("no program to compress recordings is installed")
        part = self._workshop / f"{call_id}.{self._rules.format}"
        decoded = self._workshop / f"{call_id}.decoded.wav"
        self._encoder.encode(wav, part)
        try:
            self._encoder.decode(part, decoded)
            compare(wav, decoded, exact=self._rules.format == "flac")
        finally:
            decoded.unlink(missing_ok=True)
        return part

    def _sealed(self, plain: Path, call_id: str, keys: Keys) -> Path:
        part = self._workshop / f"{call_id}{SUFFIX}"
        with plain.open("rb") as source:
            written(part, lambda target: seal(source, target, keys))
        size, wanted = part.stat().st_size, hashed(plain)
        sealed = Sealed(partial(_piece, part), size, keys)
        if _hash(sealed) != wanted:
            raise OSError(f"{part}: what was read back is not what was sealed")
        if plain.parent == self._workshop:
            plain.unlink()
        return part

    def move(self, kept: Kept) -> None:
        """To the place the rules name: read back there before the ledger names it, gone here after that."""
        source, target = self._place(kept.place), self._place(self._rules.place)
        if kept.finding:
            return
        if kept.place == "local":
            target.put(self._local.path(kept.file), kept.file, kept.sha256)
        else:
            part = self._workshop / PurePosixPath(kept.file).name
            written(part, lambda out: _copy(source, kept, out))
            target.put(part, kept.file, kept.sha256)
        self._replace(kept, place=self._rules.place)

    def _replace(self, kept: Kept, **changed: Any) -> None:
        """The ledger names what is there now and what goes for it; then that goes."""
        changed |= {"to_remove": located(kept.place, kept.file), "checked_at": self._clock()}
        if not ledger.replace(self._db, kept, **changed):
            raise OSError(f"{kept.file} was changed meanwhile by somebody else")
        self._clean(msgspec.structs.replace(kept, **changed))

    def _clean(self, kept: Kept) -> None:
        """The replaced file goes, when what replaces it is really there."""
        if kept.deleted_at is None:
            if self._place(kept.place).sha256(kept.file) != kept.sha256:
                raise OSError(f"{kept.file} is not what the ledger says; {kept.to_remove} stays")
            place, name = where(kept.to_remove)
            self._place(place).remove(name)
        else:
            self._place(kept.place).remove(kept.file)
        ledger.change(self._db, kept.call_id, to_remove="")

    # ---- retention

    def purge(self, policy: RecordingPolicy, now: float) -> int:
        """Delete what is doomed. The ledger says so first, with the rule; how many were deleted."""
        deleted = 0
        for one in doomed(self._db, policy, now):
            kept = ledger.of_call(self._db, one.call_id) or Kept(
                call_id=one.call_id,
                file=one.file,
                place="local",
                format="wav",
                bytes=one.bytes,
                sha256="",
                kept_at=now,
            )
            if ledger.condemn(self._db, kept, now, "", one.rule):
                deleted += 1
                self._each(
                    "delete", [msgspec.structs.replace(kept, deleted_at=now, to_remove=kept.file)], self._clean
                )
        return deleted

    # ---- keys

    def rotate(self) -> int:
        """Some of the files under another key are put under the current one. How many; 0: none is left."""
        self._each("clean", ledger.with_leftovers(self._db, self._later()), self._clean)
        some = ledger.to_reseal(self._db, self._secret.current, self._later())
        return self._each("reseal", some, self._reseal)

    def _reseal(self, kept: Kept) -> None:
        """Under a new name, so that whatever dies in between the ledger names a whole file."""
        place, keys = self._place(kept.place), self._secret
        self._workshop.mkdir(parents=True, exist_ok=True)
        old, part = self._workshop / f"{kept.call_id}.old", self._workshop / f"{kept.call_id}{SUFFIX}"
        written(old, lambda out: _copy(place, kept, out))
        with old.open("rb") as source:
            written(part, lambda target: reseal(source, target, keys))
        sealed = Sealed(partial(_piece, part), part.stat().st_size, keys)
        _hash(sealed)  # raises when a chunk cannot be opened
        old.unlink()
        sha256, size = hashed(part), part.stat().st_size
        stem = kept.file.removesuffix(SUFFIX).rpartition("~")
        name = f"{stem[0] or stem[2]}~{keys.current}{SUFFIX}"
        place.put(part, name, sha256)
        part.unlink(missing_ok=True)
        self._replace(kept, file=name, key_id=keys.current, sha256=sha256, bytes=size)

    # ---- reading

    def opened(self, kept: Kept) -> "Opened":
        """Raises OSError; FileNotFoundError when it is not where the ledger says."""
        place = self._place(kept.place)
        size = place.size(kept.file)
        if not kept.key_id:
            return Opened(size, lambda at, length: _plain(place, kept.file, at, min(length, size - at)))
        sealed = Sealed(lambda at, length: place.fetch(kept.file, at, length), size, self._secret)
        return Opened(sealed.bytes, sealed.read)

    def _place(self, name: str) -> Place:
        """Raises OSError."""
        if name not in self._places:
            raise OSError(f"recordings are in {name!r}, which is not configured")
        return self._places[name]

    @property
    def _local(self) -> Folder:
        place = self._places["local"]
        assert isinstance(place, Folder)
        return place

    @property
    def _secret(self) -> Keys:
        if (keys := self._keys()) is None:
            raise OSError("recordings are encrypted, and there is no key in the file of secrets")
        return keys

    def _later(self) -> list[str]:
        """Calls whose recordings failed, and are not to be tried yet: others must not wait behind them."""
        now = self._clock()
        return [call for call, (due, _) in self._again_at.items() if due > now]

    def _each(self, what: str, ones: Collection[Any], act: Callable[[Any], None]) -> int:
        """What fails is tried again later, and later still: a minute, two, up to an hour."""
        done = 0
        for one in ones:
            due, wait_s = self._again_at.get(one.call_id, (0.0, RETRY_FIRST_S))
            if self._clock() < due:
                continue
            try:
                act(one)
            except (OSError, EOFError, ValueError, wave.Error) as error:
                if self.failing.get(one.call_id) != str(error):
                    log.error("recording of %s, cannot %s it, will be tried again: %s", one.call_id, what, error)
                self.failing[one.call_id] = str(error)
                self._again_at[one.call_id] = (self._clock() + wait_s, min(2 * wait_s, RETRY_MOST_S))
                continue
            self.failing.pop(one.call_id, None)
            self._again_at.pop(one.call_id, None)
            done += 1
        return done


class Opened(msgspec.Struct, frozen=True):
    """A recording's plain sound: `read(offset, length)` gives pieces."""

    bytes: int
    read: Callable[[int, int], Any]


def _plain(place: Place, name: str, at: int, length: int) -> Any:
    while length > 0 and (block := place.fetch(name, at, min(length, 256 * 1024))):
        yield block
        at, length = at + len(block), length - len(block)


def _piece(file: Path, at: int, length: int) -> bytes:
    with file.open("rb") as source:
        source.seek(at)
        return source.read(length)


def _copy(place: Place, kept: Kept, out: Any) -> None:
    for block in _plain(place, kept.file, 0, kept.bytes):
        out.write(block)


def _hash(sealed: Sealed) -> str:
    digest = hashlib.sha256()
    for piece in sealed.read(0, sealed.bytes):
        digest.update(piece)
    return digest.hexdigest()


__all__ = ["HEADER_BYTES", "Archivist", "Bucket", "Opened", "Rules"]
