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
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.recording import Direction, RecordingPolicy, retention
from callcenter.recordings.compression import Encoder, Format, check_alike
from callcenter.recordings.places import Bucket, Folder, Place, PlaceName, hashed, written
from callcenter.recordings.sealing import HEADER_BYTES, SUFFIX, Keys, Sealed, reseal, seal
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Kept, Told

log = logging.getLogger(__name__)

WORKSHOP = ".archiving"
DAY_S = 86_400
RETRY_FIRST_S, RETRY_MOST_S = 30.0, 3600.0
DIRECTIONS: dict[str, Direction] = {"inbound": "in", "outbound": "out", "callback": "callback"}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How recordings are kept from now on. `encrypt` needs keys, s3 a bucket, another format than wav an encoder."""

    format: Format = "wav"
    encrypt: bool = False
    place: PlaceName = "local"


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    call_id: str
    file: str
    bytes: int
    rule: str
    ended_at: float


class Archivist:
    """`clock` gives seconds since the epoch. All methods block; call them from one thread at a time."""

    def __init__(
        self,
        folder: Path,
        db: sa.Engine,
        rules: Rules,
        clock: Callable[[], float],
        keys: Keys | None = None,
        encoder: Encoder | None = None,
        bucket: Place | None = None,
    ) -> None:
        self._folder, self._db, self._rules, self._clock = folder, db, rules, clock
        self._keys, self._encoder = keys, encoder
        self._places: dict[str, Place] = {"local": Folder(folder)}
        if bucket is not None:
            self._places["s3"] = bucket
        self._workshop = folder / WORKSHOP
        self._again_at: dict[str, tuple[float, float]] = {}  # call -> not before, the wait after that
        self.failing: dict[str, str] = {}

    # ---- after the call

    def work(self) -> int:
        """Take over what is new, finish what was begun, move what is to be elsewhere. How many files were handled."""
        handled = self._each("clean", ledger.with_leftovers(self._db), self._clean)
        handled += self._each("take over", ledger.untaken(self._db), self.take_over)
        if self._rules.place in self._places:
            handled += self._each("move", ledger.to_move(self._db, self._rules.place), self.move)
        return handled

    def clean_workshop(self) -> None:
        """What an interrupted run left half-made; only when nobody else works here."""
        if self._workshop.is_dir():
            for part in self._workshop.iterdir():
                part.unlink(missing_ok=True)

    def take_over(self, told: Told) -> None:
        """The WAV file becomes what the rules want; then the ledger names that; then the WAV file goes."""
        wav = self._local.path(told.file)
        row = ledger.as_told(msgspec.structs.asdict(told), self._clock())
        if not wav.is_file() or hashed(wav) != told.sha256:
            finding = "altered" if wav.is_file() else "missing"
            log.error("recording of %s is %s: %s", told.call_id, finding, told.file)
            ledger.put(self._db, msgspec.structs.replace(row, finding=finding, checked_at=self._clock()))
            return
        made = self._made(wav, told)
        if made is None:
            ledger.put(self._db, msgspec.structs.replace(row, checked_at=self._clock()))
            return
        part, name, changed = made
        self._local.put(part, name, changed["sha256"])
        kept = msgspec.structs.replace(row, file=name, to_remove=told.file, checked_at=self._clock(), **changed)
        ledger.put(self._db, kept)
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
            part, name, key_id = self._sealed(part, told.call_id), name + SUFFIX, self._secret.current
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
            check_alike(wav, decoded, exact=self._rules.format == "flac")
        finally:
            decoded.unlink(missing_ok=True)
        return part

    def _sealed(self, plain: Path, call_id: str) -> Path:
        part = self._workshop / f"{call_id}{SUFFIX}"
        with plain.open("rb") as source:
            written(part, lambda target: seal(source, target, self._secret))
        size, wanted = part.stat().st_size, hashed(plain)
        sealed = Sealed(partial(_piece, part), size, self._secret)
        if _hash(sealed) != wanted:
            raise OSError(f"{part}: what was read back is not what was sealed")
        if plain.parent == self._workshop:
            plain.unlink()
        return part

    def move(self, kept: Kept) -> None:
        """To the place the rules name: read back there before the ledger names it, gone here after that."""
        source, target = self._places[kept.place], self._places[self._rules.place]
        if kept.finding:
            return
        if kept.place == "local":
            target.put(self._local.path(kept.file), kept.file, kept.sha256)
        else:
            part = self._workshop / PurePosixPath(kept.file).name
            written(part, lambda out: _copy(source, kept, out))
            target.put(part, kept.file, kept.sha256)
        gone = kept.file if kept.place == "local" else ""
        ledger.change(self._db, kept.call_id, place=self._rules.place, to_remove=gone, checked_at=self._clock())
        if gone:
            self._clean(msgspec.structs.replace(kept, place=self._rules.place, to_remove=gone))
        else:
            source.remove(kept.file)

    def _clean(self, kept: Kept) -> None:
        """The replaced file goes, when what replaces it is really there."""
        if kept.deleted_at is None:
            if self._places[kept.place].sha256(kept.file) != kept.sha256:
                raise OSError(f"{kept.file} is not what the ledger says; {kept.to_remove} stays")
            self._local.remove(kept.to_remove)
        else:
            self._places[kept.place].remove(kept.file)
        ledger.change(self._db, kept.call_id, to_remove="")

    # ---- retention

    def doomed(self, policy: RecordingPolicy, now: float) -> list[Doomed]:
        """What the retention rules delete at this moment; held recordings are not in it."""
        days = [rule.days for rule in policy.retention if rule.days]
        if not days:
            return []
        found, after = list[Doomed](), ""
        while some := ledger.deletable(self._db, now - min(days) * DAY_S, after):
            found += [one for told in some if (one := _doom(policy, told, now))]
            after = some[-1].call_id
        return found

    def purge(self, policy: RecordingPolicy, now: float) -> int:
        """Delete what is doomed. The ledger says so first, with the rule; how many were deleted."""
        deleted = 0
        for one in self.doomed(policy, now):
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

    # ---- checking

    def verify(self, tell: Callable[[str, str], None]) -> dict[str, int]:
        """Read every stored recording and compare it with the ledger; `tell(call, finding)` of those that differ."""
        counts, after = {"whole": 0, "missing": 0, "altered": 0}, ""
        while some := ledger.all_told(self._db, after):
            for told in some:
                if told.kept and told.kept.deleted_at is not None:
                    continue
                finding = self._finding(told)
                counts[finding or "whole"] += 1
                if finding:
                    tell(told.call_id, finding)
                row = told.kept or ledger.as_told(msgspec.structs.asdict(told), self._clock())
                ledger.put(self._db, msgspec.structs.replace(row, finding=finding, checked_at=self._clock()))
            after = some[-1].call_id
        return counts

    def _finding(self, told: Told) -> Literal["", "missing", "altered"]:
        place, file = (told.kept.place, told.kept.file) if told.kept else ("local", told.file)
        try:
            found = self._places[place].sha256(file)
        except FileNotFoundError:
            return "missing"
        return "" if found == (told.kept.sha256 if told.kept else told.sha256) else "altered"

    def strangers(self) -> list[str]:
        """Sound files in the folder that the ledger does not know."""
        known: set[str] = set()
        after = ""
        while some := ledger.all_told(self._db, after):
            for told in some:
                known |= {told.file, told.kept.file if told.kept else "", told.kept.to_remove if told.kept else ""}
            after = some[-1].call_id
        return [name for name in self._names() if name not in known]

    def _names(self) -> list[str]:
        suffixes = {".wav", ".mp3", ".flac", SUFFIX}
        files = (f for f in self._folder.glob("[0-9][0-9][0-9][0-9]/*/*/*") if f.suffix in suffixes)
        return sorted(str(file.relative_to(self._folder)) for file in files)

    # ---- keys

    def rotate(self) -> int:
        """Every file under another key is put under the current one. How many."""
        count = 0
        while some := ledger.to_reseal(self._db, self._secret.current):
            if not self._each("reseal", some, self._reseal):
                break
            count += len(some)
        return count

    def _reseal(self, kept: Kept) -> None:
        """Under a new name, so that whatever dies in between the ledger names a whole file."""
        place = self._places[kept.place]
        self._workshop.mkdir(parents=True, exist_ok=True)
        old, part = self._workshop / f"{kept.call_id}.old", self._workshop / f"{kept.call_id}{SUFFIX}"
        written(old, lambda out: _copy(place, kept, out))
        with old.open("rb") as source:
            written(part, lambda target: reseal(source, target, self._secret))
        sealed = Sealed(partial(_piece, part), part.stat().st_size, self._secret)
        _hash(sealed)  # raises when a chunk cannot be opened
        old.unlink()
        sha256, size = hashed(part), part.stat().st_size
        stem = kept.file.removesuffix(SUFFIX).rpartition("~")
        name = f"{stem[0] or stem[2]}~{self._secret.current}{SUFFIX}"
        place.put(part, name, sha256)
        part.unlink(missing_ok=True)
        ledger.change(
            self._db, kept.call_id, file=name, key_id=self._secret.current, sha256=sha256, bytes=size,
            checked_at=self._clock(),
        )  # fmt: skip
        place.remove(kept.file)

    # ---- reading

    def opened(self, kept: Kept) -> "Opened":
        """Raises OSError; FileNotFoundError when it is not where the ledger says."""
        place = self._places.get(kept.place)
        if place is None:
            raise OSError(f"recordings are in {kept.place!r}, which is not configured")
        size = place.size(kept.file)
        if not kept.key_id:
            return Opened(size, lambda at, length: _plain(place, kept.file, at, min(length, size - at)))
        sealed = Sealed(lambda at, length: place.fetch(kept.file, at, length), size, self._secret)
        return Opened(sealed.bytes, sealed.read)

    @property
    def _local(self) -> Folder:
        place = self._places["local"]
        assert isinstance(place, Folder)
        return place

    @property
    def _secret(self) -> Keys:
        if self._keys is None:
            raise OSError("recordings are encrypted, and there is no key in the file of secrets")
        return self._keys

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


def _doom(policy: RecordingPolicy, told: Told, now: float) -> Doomed | None:
    days, rule = retention(policy, told.queue, DIRECTIONS.get(told.direction, "in"), told.outcome)
    if not days or told.ended_at is None or told.ended_at >= now - days * DAY_S:
        return None
    kept = told.kept
    size, file = (kept.bytes, kept.file) if kept else (told.bytes, told.file)
    return Doomed(call_id=told.call_id, file=file, bytes=size, rule=f"{rule}: {days} d", ended_at=told.ended_at)


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


__all__ = ["HEADER_BYTES", "Archivist", "Bucket", "Doomed", "Opened", "Rules"]
