"""A flow as data: nodes by id, each of which knows what follows from its beginning and from a key."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from callcenter.calls.languages import LANGUAGES, Language, Prompt, Text
from callcenter.calls.outside import Outcome
from callcenter.ivr.evaluation import Scope
from callcenter.ivr.facts import facts
from callcenter.ivr.saying import spoken_prompts
from callcenter.ivr.step import Collect, Context, Leaving, Note, Outside
from callcenter.ivr.template import Template, spoken
from callcenter.ivr.values import Kind, Value


class Speech(msgspec.Struct, frozen=True):
    """Something a node says; `name` is that of the recorded prompt to prefer, empty for a text of the flow.

    `templates`, one a language: the text has values in it, and is put together when it is said.
    """

    text: Text
    name: str = ""
    templates: Mapping[str, Template] = {}

    def in_(self, language: Language) -> Prompt:
        return Prompt(language=language, text=self.text.in_(language), name=self.name)

    def said(self, here: "Here", language: Language | None = None) -> tuple[Prompt, ...]:
        """As it is heard now; ExpressionError when a value in it is missing."""
        chosen = language or here.language
        if not self.templates:
            return (self.in_(chosen),)
        pieces = spoken(self.templates[chosen], here.scope())
        return spoken_prompts(pieces, chosen, here.context.country)

    def fixed(self, language: Language) -> tuple[Prompt, ...]:
        """What of it is the same for every caller."""
        if not self.templates:
            return (self.in_(language),)
        return spoken_prompts(self.templates[language].words(), language)


class Here(msgspec.Struct, frozen=True):
    """Where the caller is. `tries` counts the invalid and missing keys at this node since it was entered.

    `memory` is what the node put into its last `Wait`; empty when the caller has just come to it. `values` are those
    of the flow, secret ones too. `stay`: how many nodes were entered so far. `key` names this stay at the node: for
    work that must not be done twice.
    """

    node: str
    language: Language
    tries: int
    context: Context
    memory: Mapping[str, str] = {}
    values: Mapping[str, Value] = {}
    secrets: frozenset[str] = frozenset()
    counts: Mapping[str, int] = {}
    key: str = ""
    stay: int = 0

    def scope(self) -> Scope:
        """What expressions may read."""
        return {**facts(self.context, self.language), **self.values}


class Go(msgspec.Struct, frozen=True):
    """On to another node. `ahead` is a key meant for the next node that asks for one, if it knows the key.

    `values` are set, `secrets` too but kept out of everything that is written down; None takes a value away.
    `counts` are set likewise, by names of the nodes' choice.
    """

    to: str
    play: tuple[Prompt, ...] = ()
    notes: tuple[Note, ...] = ()
    language: Language | None = None
    ahead: str = ""
    values: Mapping[str, Value | None] = {}
    secrets: Mapping[str, Value] = {}
    counts: Mapping[str, int] = {}


class Wait(msgspec.Struct, frozen=True):
    """Stay here until keys or a time-out come, or the work outside is done.

    `tries` and `memory` are what those of `Here` will be then, and are written down; what was typed and is secret
    goes into `secrets`, as those of `Go`.
    """

    collect: Collect | Outside
    tries: int = 0
    notes: tuple[Note, ...] = ()
    memory: Mapping[str, str] = {}
    secrets: Mapping[str, Value] = {}


class Leave(msgspec.Struct, frozen=True):
    """The flow is over."""

    then: Leaving
    notes: tuple[Note, ...] = ()


class Call(msgspec.Struct, frozen=True):
    """Into another flow, with values of its own; `Node.returned` goes on when that comes back."""

    flow: str
    values: Mapping[str, Value] = {}
    secrets: Mapping[str, Value] = {}
    notes: tuple[Note, ...] = ()


class Return(msgspec.Struct, frozen=True):
    """Back to the flow that called this one; the end of the call when none did."""

    notes: tuple[Note, ...] = ()


Turn = Go | Wait | Leave | Call | Return


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a flow. Kinds are subclasses, one file each in `callcenter.ivr.nodes`.

    `asks`: waits for a key, so a loop through it cannot spin. `limits`: leads the call out of a loop after a number
    of rounds. `ends`: the flow is over here; `returns`: it may come back to the flow that called it. `most_keys`:
    how many of the keys that come in at once it is given. `at_telephone`: only our own telephone can do it, and
    a provider that runs the flow must bring the call there. `title`: what people read for its id.
    """

    kind: ClassVar[str] = ""
    asks: ClassVar[bool] = False
    limits: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    returns: ClassVar[bool] = False
    most_keys: ClassVar[int] = 1
    at_telephone: ClassVar[bool] = False

    title: Text | None = None

    def enter(self, here: Here) -> Turn:
        """What follows from the node's beginning, or once more after the connection broke at its wait."""
        raise NotImplementedError(f"{type(self).__name__}.enter")

    def take(self, here: Here, key: str) -> Turn:
        """What follows from a key, or `most_keys` of them (empty: time-out, or the prompts are over)."""
        return self.enter(here)

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        """What follows from the work that the node had done outside."""
        return self.enter(here)

    def returned(self, here: Here, values: Mapping[str, Value], secrets: Mapping[str, Value]) -> Turn:
        """What follows when the flow that the node has called comes back with these values."""
        return self.enter(here)

    def subflows(self) -> frozenset[str]:
        """The flows that it may call."""
        return frozenset()

    def holds_up(self) -> bool:
        """Whether a loop through it cannot spin."""
        return self.asks or self.limits

    def knows(self, key: str) -> bool:
        """Whether a key pressed ahead of the node's prompts means something here."""
        return False

    def speeches(self) -> Iterator[Speech]:
        """Everything the node may say."""
        return iter(())


class Given(msgspec.Struct, frozen=True):
    """A value that a flow gives back to the one that called it."""

    kind: Kind
    secret: bool = False


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """What a flow that calls this one must know. `secret`: those of `takes` that may be secrets.

    `returns`: it may come back; `silent`: it may do so without waiting for a key. `calls`: all the flows that it
    calls, and that those call.
    """

    takes: Mapping[str, Kind] = {}
    secret: frozenset[str] = frozenset()
    gives: Mapping[str, Given] = {}
    returns: bool = False
    silent: bool = False
    calls: frozenset[str] = frozenset()


class Flow(msgspec.Struct, frozen=True):
    """A flow that was checked: every id a node names exists in `nodes`."""

    id: str
    name: Text
    start: str
    nodes: Mapping[str, Node]
    interface: Interface = Interface()

    def calls(self) -> frozenset[str]:
        """The flows that its nodes call themselves."""
        return frozenset(called for node in self.nodes.values() for called in node.subflows())

    def prompts(self) -> tuple[Prompt, ...]:
        """All it may say, in every language, each once: what is to be rendered before it is published."""
        said = (speech for node in self.nodes.values() for speech in node.speeches())
        return tuple(
            dict.fromkeys(prompt for speech in said for language in LANGUAGES for prompt in speech.fixed(language))
        )
