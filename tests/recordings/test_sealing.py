"""Sealed files: read whole or in part, and never when they were changed."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.recordings.sealing import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    Keys,
    SealBroken,
    Sealed,
    UnknownKey,
    key_id_of,
    reseal,
    seal,
)

KEYS = Keys("k1", {"k1": bytes(range(32))})
BOTH = Keys("k2", {"k1": bytes(range(32)), "k2": bytes(range(1, 33))})


def sealed(plain: bytes, keys: Keys = KEYS) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(plain), target, keys)
    return target.getvalue()


def opened(data: bytes, keys: Keys = KEYS) -> Sealed:
    return Sealed(lambda at, length: data[at : at + length], len(data), keys)


def whole(data: bytes, keys: Keys = KEYS) -> bytes:
    found = opened(data, keys)
    return b"".join(found.read(0, found.bytes))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_sealed_is_read_again(size: int) -> None:
    plain = os.urandom(size)
    data = sealed(plain)
    assert whole(data) == plain
    assert size < 64 or plain[:64] not in data
    assert opened(data).bytes == size


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 * CHUNK_BYTES), st.integers(0, 3 * CHUNK_BYTES))
def test_any_range_is_what_the_plain_file_has_there(offset: int, length: int) -> None:
    plain = bytes(n % 251 for n in range(2 * CHUNK_BYTES + 77))
    assert b"".join(opened(sealed(plain)).read(offset, length)) == plain[offset : offset + length]


@pytest.mark.parametrize("at", [3, 20, 50, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + TAG_BYTES + 5])
def test_a_changed_byte_is_noticed(at: int) -> None:
    data = bytearray(sealed(os.urandom(2 * CHUNK_BYTES)))
    data[at] ^= 1
    with pytest.raises((SealBroken, UnknownKey)):
        whole(bytes(data))


def test_nothing_can_be_cut_off_or_swapped() -> None:
    data, chunk = sealed(os.urandom(3 * CHUNK_BYTES)), CHUNK_BYTES + TAG_BYTES
    first, second = data[HEADER_BYTES:][:chunk], data[HEADER_BYTES + chunk :][:chunk]
    rest = data[HEADER_BYTES + 2 * chunk :]
    for changed in (data[:-chunk], data[:-1], data[:HEADER_BYTES] + second + first + rest, data[:HEADER_BYTES]):
        with pytest.raises(SealBroken):
            whole(changed)


def test_another_key_opens_after_resealing_and_the_old_one_no_longer() -> None:
    plain, target = os.urandom(CHUNK_BYTES + 9), io.BytesIO()
    reseal(io.BytesIO(sealed(plain)), target, BOTH)
    data = target.getvalue()
    assert key_id_of(data) == "k2"
    assert whole(data, BOTH) == plain
    with pytest.raises(UnknownKey):
        whole(data)
