"""What is said in a talk and noted after it. Pure but for reading its own file once."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import msgspec
import yaml

from callcenter.calls.languages import Text

FILE = Path(__file__).with_name("sentences.yaml")
TURN_S = 7.0  # the longest sentence takes about six
Side = Literal["agent", "caller"]
Dialogue = list[Text]


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`dialogues` by queue, `notes` by disposition."""

    dialogues: dict[str, list[Dialogue]]
    notes: dict[str, list[Text]]
    any_note: Text


@cache
def sentences() -> Sentences:
    return msgspec.convert(yaml.safe_load(FILE.read_text("utf-8")), Sentences)


def dialogue_for(call: str, queue: str) -> Dialogue:
    """The same for both sides: it follows from the call's id alone. A queue we know nothing of gets any."""
    known = sentences().dialogues
    fitting = known.get(queue) or [each for dialogues in known.values() for each in dialogues]
    return fitting[zlib.crc32(call.encode()) % len(fitting)]


def lines_of(dialogue: Dialogue, side: Side) -> list[tuple[float, Text]]:
    """When to say what, in seconds after the talk began."""
    first = 0 if side == "agent" else 1
    return [(n * TURN_S, text) for n, text in enumerate(dialogue) if n % 2 == first]


def note_for(disposition: str, random: Random) -> Text:
    return random.choice(sentences().notes.get(disposition) or [sentences().any_note])
