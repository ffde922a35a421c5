"""The languages people see and hear."""

from typing import Literal

import msgspec

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh": "zh-CN"}):
    """One text in every language; both are required, so that no caller or agent meets a gap."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh-CN" else self.en


class Prompt(msgspec.Struct, frozen=True):
    """Something to be spoken to a person: one text in one language.

    `name` is the recorded prompt to prefer (empty: none); `text` is what is said, and what a
    synthetic voice says when no recording exists. `pieces`: ids of `ivr.pieces` that together say the same, so
    that it can be played at once and in a recorded voice.
    """

    language: Language
    text: str
    name: str = ""
    pieces: tuple[str, ...] = ()
