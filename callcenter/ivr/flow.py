"""A flow as data: nodes by id, each of which knows what follows from its beginning and from a key."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from callcenter.calls.languages import LANGUAGES, Language, Prompt, Text
from callcenter.ivr.step import Collect, Context, Leaving, Note


class Speech(msgspec.Struct, frozen=True):
    """Something a node says; `name` is that of the recorded prompt to prefer, empty for a text of the flow."""

    text: Text
    name: str = ""

    def in_(self, language: Language) -> Prompt:
        return Prompt(language=language, text=self.text.in_(language), name=self.name)


class Here(msgspec.Struct, frozen=True):
    """Where the caller is. `tries` counts the invalid and missing keys at this node since it was entered.

    `memory` is what the node put into its last `Wait`; empty when the caller has just come to it.
    """

    node: str
    language: Language
    tries: int
    context: Context
    memory: Mapping[str, str] = {}


class Go(msgspec.Struct, frozen=True):
    """On to another node. `ahead` is a key meant for the next node that asks for one, if it knows the key."""

    to: str
    play: tuple[Prompt, ...] = ()
    notes: tuple[Note, ...] = ()
    language: Language | None = None
    ahead: str = ""


class Wait(msgspec.Struct, frozen=True):
    """Stay here until keys or a time-out come; `tries` and `memory` are what those of `Here` will be then."""

    collect: Collect
    tries: int = 0
    notes: tuple[Note, ...] = ()
    memory: Mapping[str, str] = {}


class Leave(msgspec.Struct, frozen=True):
    """The flow is over."""

    then: Leaving
    notes: tuple[Note, ...] = ()


Turn = Go | Wait | Leave


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a flow. Kinds are subclasses, one file each in `callcenter.ivr.nodes`.

    `asks`: waits for a key, so a loop through it cannot spin. `ends`: the flow is over here. `most_keys`: how many
    of the keys that come in at once it is given.
    """

    kind: ClassVar[str] = ""
    asks: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    most_keys: ClassVar[int] = 1

    def enter(self, here: Here) -> Turn:
        """What follows from the node's beginning, or once more after the connection broke at its wait."""
        raise NotImplementedError(f"{type(self).__name__}.enter")

    def take(self, here: Here, key: str) -> Turn:
        """What follows from a key, or `most_keys` of them (empty: time-out, or the prompts are over)."""
        return self.enter(here)

    def knows(self, key: str) -> bool:
        """Whether a key pressed ahead of the node's prompts means something here."""
        return False

    def speeches(self) -> Iterator[Speech]:
        """Everything the node may say."""
        return iter(())


class Flow(msgspec.Struct, frozen=True):
    """A flow that was checked: every id a node names exists in `nodes`."""

    id: str
    name: Text
    start: str
    nodes: Mapping[str, Node]

    def prompts(self) -> tuple[Prompt, ...]:
        """All it may say, in every language, each once: what is to be rendered before it is published."""
        spoken = (speech for node in self.nodes.values() for speech in node.speeches())
        return tuple(dict.fromkeys(speech.in_(language) for speech in spoken for language in LANGUAGES))
