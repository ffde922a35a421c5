"""Which kind of audio a file holds, by its first bytes: names and types of uploads are not believed."""

from collections.abc import Callable

LONGEST_HEAD = 64
ALLOWED = "wav, mp3, ogg, opus, flac, m4a, aac, aiff, au, amr, wma, webm"
BY_SOX = frozenset({"wav", "mp3", "ogg", "opus", "flac", "aiff", "au"})
"""What SoX reads itself; the others are read with FFmpeg's libraries."""


def kind_of(head: bytes) -> str | None:
    """As the ending of a file's name; None: no audio that is known."""
    return next((kind for kind, fits in _KINDS if fits(head[:LONGEST_HEAD])), None)


def _begins(*with_: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(with_)


def _mpeg_layer(head: bytes, layers: tuple[int, ...]) -> bool:
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] >> 1 & 3 in layers


_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("wav", lambda head: head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE"),
    ("flac", _begins(b"fLaC")),
    ("opus", lambda head: head.startswith(b"OggS") and b"OpusHead" in head),
    ("ogg", _begins(b"OggS")),
    ("mp3", _begins(b"ID3")),
    ("m4a", lambda head: head[4:8] == b"ftyp"),
    ("webm", _begins(b"\x1a\x45\xdf\xa3")),
    ("aiff", lambda head: head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC")),
    ("au", _begins(b".snd")),
    ("amr", _begins(b"#!AMR")),
    ("wma", _begins(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
    ("aac", lambda head: _mpeg_layer(head, (0,))),
    ("mp3", lambda head: _mpeg_layer(head, (1, 2, 3))),
)
