"""Recordings at rest under AES-256-GCM, in chunks, so that any part can be read without the whole.

A sealed file is a header and chunks. Each file has a key of its own, kept in the header under a key of the
installation (an envelope): to change the latter only the header is written anew. A chunk's nonce is its number; that
it is the last is part of what is authenticated: nothing can be cut off, swapped or taken from another file unnoticed.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"CCREC1\n\0"
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
_ID_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
HEADER_BYTES = len(MAGIC) + _ID_BYTES + _NONCE_BYTES + _KEY_BYTES + TAG_BYTES
SUFFIX = ".sealed"

Fetch = Callable[[int, int], bytes]
"""(offset, bytes) -> at most that many bytes of a sealed file from there."""


class SealBroken(OSError):
    """The file is not sealed, is damaged, or was changed."""


class UnknownKey(OSError):
    """The installation does not have the key the file was sealed with."""


class Keys(msgspec.Struct, frozen=True):
    """The installation's keys, 32 bytes each, by id; new files take `current`."""

    current: str
    known: Mapping[str, bytes]

    def named(self, key_id: str) -> bytes:
        try:
            return self.known[key_id]
        except KeyError:
            raise UnknownKey(f"the recordings' key {key_id!r} is not in the file of secrets") from None


def seal(source: BinaryIO, target: BinaryIO, keys: Keys) -> None:
    """Write all of `source` to `target`, sealed."""
    key = os.urandom(_KEY_BYTES)
    target.write(_header(key, keys))
    cipher, number = AESGCM(key), 0
    block = source.read(CHUNK_BYTES)
    while True:
        following = source.read(CHUNK_BYTES)
        target.write(cipher.encrypt(_nonce(number), block, _place(number, not following)))
        if not following:
            return
        block, number = following, number + 1


def reseal(source: BinaryIO, target: BinaryIO, keys: Keys) -> None:
    """The same chunks under a header of the current key."""
    target.write(_header(_file_key(source.read(HEADER_BYTES), keys), keys))
    while block := source.read(CHUNK_BYTES):
        target.write(block)


class Sealed:
    """A sealed file opened for reading: `sealed_bytes` long, read piece by piece through `fetch`.

    Raises SealBroken or UnknownKey, also while it is read: nothing that was changed is ever given out.
    """

    def __init__(self, fetch: Fetch, sealed_bytes: int, keys: Keys) -> None:
        self._fetch = fetch
        self._cipher = AESGCM(_file_key(fetch(0, HEADER_BYTES), keys))
        body = sealed_bytes - HEADER_BYTES
        self._chunks = -(-body // (CHUNK_BYTES + TAG_BYTES))
        self._body = body
        self.bytes = body - self._chunks * TAG_BYTES
        if self._chunks < 1 or self.bytes < 0:
            raise SealBroken("the sealed file is too short")

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        """Plain bytes from `offset` on, `length` of them or as many as there are."""
        end = min(offset + length, self.bytes)
        number = offset // CHUNK_BYTES
        while offset < end:
            plain = self._chunk(number)
            begin = offset - number * CHUNK_BYTES
            piece = plain[begin : begin + end - offset]
            yield piece
            offset, number = offset + len(piece), number + 1

    def _chunk(self, number: int) -> bytes:
        begin = number * (CHUNK_BYTES + TAG_BYTES)
        wanted = min(CHUNK_BYTES + TAG_BYTES, self._body - begin)
        found = self._fetch(HEADER_BYTES + begin, wanted)
        try:
            return self._cipher.decrypt(_nonce(number), found, _place(number, number == self._chunks - 1))
        except (InvalidTag, ValueError):
            raise SealBroken(f"chunk {number} of the sealed file is damaged or was changed") from None


def key_id_of(header: bytes) -> str:
    """Raises SealBroken."""
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise SealBroken("this is no sealed recording")
    return header[len(MAGIC) : len(MAGIC) + _ID_BYTES].rstrip(b"\0").decode("ascii", "replace")


def _header(key: bytes, keys: Keys) -> bytes:
    marked = MAGIC + keys.current.encode("ascii")[:_ID_BYTES].ljust(_ID_BYTES, b"\0")
    nonce = os.urandom(_NONCE_BYTES)
    return marked + nonce + AESGCM(keys.named(keys.current)).encrypt(nonce, key, marked)


def _file_key(header: bytes, keys: Keys) -> bytes:
    outer = keys.named(key_id_of(header))
    marked, rest = header[: len(MAGIC) + _ID_BYTES], header[len(MAGIC) + _ID_BYTES : HEADER_BYTES]
    try:
        return AESGCM(outer).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], marked)
    except (InvalidTag, ValueError):
        raise SealBroken("the sealed file's header is damaged or was changed") from None


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES)


def _place(number: int, last: bool) -> bytes:
    return number.to_bytes(8) + (b"\1" if last else b"\0")
