"""Every text that a centre speaks, with where it is spoken: the list a voice studio works through.

What is put together from pieces (positions, waits, work numbers, values) is not in it; its pieces are.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import LANGUAGES, Language, Prompt, Text
from callcenter.ivr import mailbox_phrases, spoken
from callcenter.ivr.flow import Flow
from callcenter.ivr.phrases import Phrase, named_phrases
from callcenter.ivr.pieces import pieces

Source = Literal["flow", "centre", "built_in", "piece"]
SOURCES: tuple[Source, ...] = ("flow", "centre", "built_in", "piece")

_SECONDS_EACH: dict[Language, float] = {"zh-CN": 0.45, "en": 0.12}  # slow speech: a character; a letter


class Place(msgspec.Struct, frozen=True):
    """`where`: a flow, a queue, a rule; empty for what is built in. `at`: the node or field."""

    where: str = ""
    at: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A text in one language. `id` stays the same when the text changes, and is the name of named prompts."""

    id: str
    language: Language
    text: str
    source: Source
    places: tuple[Place, ...] = ()

    @property
    def prompt(self) -> Prompt:
        """As it is played."""
        named = self.source == "piece" or "-" not in self.id
        return Prompt(self.language, self.text, self.id if named else "")

    @property
    def for_certain_times(self) -> bool:
        """A greeting that is heard in place of another with the same text: in its speaker's own words."""
        return spoken.WHEN in self.id

    @property
    def longest_s(self) -> float:
        """How long a recording of it may reasonably be."""
        return longest_s(self.text, self.language)


def inventory(centre: Centre, flows: Iterable[Flow]) -> tuple[Line, ...]:
    """By source, then in the order of flows, nodes and queues. Each id once for each language."""
    found: dict[tuple[str, Language], Line] = {}
    for line in (*_of_flows(flows), *_of_centre(centre), *_built_in(), *_pieces()):
        known = found.get(key := (line.id, line.language))
        places = (*known.places, *line.places) if known else line.places
        found[key] = msgspec.structs.replace(known or line, places=places)
    return tuple(found.values())


def spoken_form(text: str) -> str:
    """Two texts with the same one sound the same: punctuation, spaces and case do not count."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def longest_s(text: str, language: Language) -> float:
    return float(max(2, math.ceil(len(spoken_form(text)) * _SECONDS_EACH[language] + 1)))


def _of_flows(flows: Iterable[Flow]) -> Iterator[Line]:
    for flow in flows:
        for node_id, node in flow.nodes.items():
            place = (Place(flow.id, node_id),)
            for language in LANGUAGES:
                said = [prompt for speech in node.speeches() for prompt in speech.fixed(language)]
                unnamed = 0
                for prompt in said:
                    unnamed += not prompt.name
                    id_ = prompt.name or f"{flow.id}-{node_id}{f'-{unnamed}' if unnamed > 1 else ''}"
                    yield Line(id=id_, language=language, text=prompt.text, source="flow", places=place)


def _of_centre(centre: Centre) -> Iterator[Line]:
    for queue in centre.queues:
        for at, said in _of_queue(queue):
            yield from _both(f"queue-{queue.id}-{at}", said, "centre", Place(queue.id, at))
        yield from _greetings(queue.id, queue.greeting, queue.name)
    for agent in centre.agents:
        yield from _greetings(agent.id, agent.greeting, spoken.person(agent.name))
    for rule in centre.rules:
        if rule.to.say:
            yield from _both(f"rule-{rule.id}", rule.to.say, "centre", Place(rule.id))


def _greetings(mailbox: str, own: Text | None, name: Text) -> Iterator[Line]:
    """Those for certain times have the text of the one for all until somebody records them."""
    said = _said(lambda language: spoken.mailbox_greeting(mailbox, own, name, language))
    for when in spoken.GREETINGS:
        place = Place(mailbox, f"greeting {when}".strip())
        yield from _both(spoken.greeting_name(mailbox, when), said, "centre", place)


def _of_queue(queue: Queue) -> Iterator[tuple[str, Text]]:
    yield "whisper", queue.whisper or queue.name
    for n, said in enumerate(queue.announcements, 1):
        yield f"announcement-{n}", said
    if queue.exits_text:
        yield "exits", queue.exits_text
    for n, to in enumerate((to for to in queue.destinations().values() if to.say), 1):
        assert to.say
        yield f"destination-{n}", to.say
    if queue.callback:
        yield "callback", _said(lambda language: spoken.callback_greeting(queue.name, language))


def _built_in() -> Iterator[Line]:
    for name, phrase in (*named_phrases(), *_of_mailboxes()):
        yield from _both(f"phrase-{name}", phrase.text, "built_in", Place())


def _of_mailboxes() -> Iterator[tuple[str, Phrase]]:
    return ((name, value) for name, value in vars(mailbox_phrases).items() if value in mailbox_phrases.SAID)


def _pieces() -> Iterator[Line]:
    for language in LANGUAGES:
        for prompt in pieces(language):
            yield Line(id=prompt.name, language=language, text=prompt.text, source="piece")


def _both(id_: str, said: Text, source: Source, place: Place) -> Iterator[Line]:
    for language in LANGUAGES:
        yield Line(id=id_, language=language, text=said.in_(language), source=source, places=(place,))


def _said(say: Callable[[Language], Prompt]) -> Text:
    return Text(zh=say("zh-CN").text, en=say("en").text)
