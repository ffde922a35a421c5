"""The snapshot beside the journal: live state as of one entry, replaced in one step or not at all."""

import hashlib
import logging
import os
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)


class _Head(msgspec.Struct):
    seq: int
    sha256: str


_decode_head = msgspec.json.Decoder(_Head).decode


def save(path: Path, seq: int, payload: bytes) -> None:
    """Blocks until it is on the disk. Raises OSError, and the former snapshot stays."""
    head = msgspec.json.encode(_Head(seq, hashlib.sha256(payload).hexdigest()))
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(head + b"\n" + payload)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def load(path: Path) -> tuple[int, bytes] | None:
    """The entry's number and the payload; None when there is none.

    One that cannot be read is put aside as `<name>.unreadable`: the start goes on without it.
    """
    if not path.exists():
        return None
    head, _, payload = path.read_bytes().partition(b"\n")
    try:
        known = _decode_head(head)
    except msgspec.DecodeError:
        known = _Head(0, "")
    if known.sha256 == hashlib.sha256(payload).hexdigest():
        return known.seq, payload
    log.error("journal: the snapshot %s is damaged and put aside", path)
    path.replace(path.with_suffix(".unreadable"))
    return None


def sync_folder(folder: Path) -> None:
    """Make a file's creation or renaming last through a power loss."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
