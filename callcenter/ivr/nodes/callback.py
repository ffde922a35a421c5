"""callback"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.calls.languages import Prompt
from callcenter.ivr import phrases, spoken
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Leave, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.phrases import Phrase
from callcenter.ivr.step import Back, Collect, End, Note, Pressed, ToCallback
from callcenter.ivr.telephone import Verdict, verdict

TRIES = 3
KEY_TIMEOUT_S = 6.0
NUMBER_TIMEOUT_S = 10.0  # to find the number one wants to type
LONGEST_NUMBER = 20

_COMPLAINTS = {
    "missing": phrases.missing_key,
    "bad": phrases.callback_bad_number,
    "refused": phrases.callback_refused,
}


class Callback(NodeKind, frozen=True, kw_only=True):
    """Asks whether and at which number the caller is to be called back; the place in the queue is kept.

    The caller's own number is read out: 1 takes it, 2 is for typing another one, ended by #. A number that was not
    shown, or may not be called, must be typed; so is one that is refused, three times at most.

    ```yaml
    call_me:
      kind: callback
      queue: support
      declined: menu
    ```

    | field | | meaning |
    |---|---|---|
    | `queue` | required | the id of a queue with a `callback` section |
    | `say` or `play` | nothing is said | heard first: the text in every language, or the name of a prompt |
    | `declined` | back to waiting, or the end | the node that follows a star, or when no number came of it |
    """

    kind: ClassVar[str] = "callback"
    asks: ClassVar[bool] = False  # not of those whose callback is booked already
    ends: ClassVar[bool] = True
    most_keys: ClassVar[int] = LONGEST_NUMBER

    queue: str
    speech: Speech | None = None
    declined: str = ""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        queue = fields.one_of("queue", "queue_with_callbacks", fields.reading.known.callbacks)
        speech = fields.optional_speech()
        return cls(queue=queue, speech=speech, declined=fields.target("declined", default=""))

    def enter(self, here: Here) -> Turn:
        """From the beginning, or after a break with the question that was being asked."""
        if here.memory:
            return self._ask(here, here.memory, here.tries)
        if here.context.pending:
            return self._without(here, _said(here, phrases.callback_pending))
        return self._offer(here)

    def take(self, here: Here, key: str) -> Turn:
        if not here.memory:
            return self.enter(here)
        if "*" in key and self._may_decline(here):
            return self._without(here, (), (Pressed(here.node, "*", valid=True),))
        if here.memory.get("number"):
            return self._chosen(here, key[:1])
        return self._typed(here, key)

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech

    def _offer(self, here: Here) -> Turn:
        context = here.context
        first = (
            *(prompt for speech in self.speeches() for prompt in speech.said(here)),
            *_said(here, phrases.callback_offer),
        )
        if context.wait is not None:
            first += (spoken.wait_range(*context.wait, here.language),)
        own = _judged(here, context.caller)
        if own.number:
            return self._ask(here, {"number": own.number, "whose": "own"}, 0, first)
        why = phrases.callback_foreign if context.caller else phrases.callback_withheld
        return self._ask(here, {"number": ""}, 0, first + _said(here, why))

    def _chosen(self, here: Here, key: str) -> Turn:
        """A number was read out, and this is the answer."""
        notes = (Pressed(here.node, key, valid=True),)
        if key == "1":
            return Leave(ToCallback(self.queue, here.memory["number"], self._confirmation(here)), notes)
        if key == "2":
            return self._ask(here, {"number": ""}, 0, notes=notes)
        return self._failed(here, phrases.invalid_key if key else phrases.missing_key, key)

    def _typed(self, here: Here, keys: str) -> Turn:
        typed = _judged(here, keys)
        if not typed.number:
            return self._failed(here, _COMPLAINTS[typed.problem], "#" if keys else "")
        notes = (Pressed(here.node, "#", valid=True),)
        return self._ask(here, {"number": typed.number, "whose": "typed"}, 0, notes=notes)

    def _failed(self, here: Here, complaint: Phrase, key: str) -> Turn:
        notes = (Pressed(here.node, key, valid=False),)
        said = _said(here, complaint)
        if here.tries + 1 >= TRIES:
            return self._without(here, said + _said(here, phrases.callback_none), notes)
        return self._ask(here, here.memory, here.tries + 1, said, notes)

    def _ask(
        self,
        here: Here,
        memory: Mapping[str, str],
        tries: int,
        before: tuple[Prompt, ...] = (),
        notes: tuple[Note, ...] = (),
    ) -> Wait:
        """For a key when there is a number in the memory, or else for a number."""
        number = memory.get("number", "")
        question = self._read_out(here, memory) if number else _said(here, phrases.callback_type)
        play = before + question + self._way_out(here)
        if number:
            return Wait(Collect(play, max_digits=1, timeout_s=KEY_TIMEOUT_S), tries, notes, memory)
        typing = Collect(play, max_digits=LONGEST_NUMBER, timeout_s=NUMBER_TIMEOUT_S, terminator="#")
        return Wait(typing, tries, notes, memory)

    def _read_out(self, here: Here, memory: Mapping[str, str]) -> tuple[Prompt, ...]:
        whose = phrases.callback_own if memory.get("whose") == "own" else phrases.callback_typed
        digits = spoken.telephone(memory["number"], here.language, here.context.country)
        return (*_said(here, whose), *digits, *_said(here, phrases.callback_confirm))

    def _way_out(self, here: Here) -> tuple[Prompt, ...]:
        if self.declined:
            return _said(here, phrases.callback_decline)
        return _said(here, phrases.callback_return) if here.context.may_return else ()

    def _may_decline(self, here: Here) -> bool:
        return bool(self.declined) or here.context.may_return

    def _without(self, here: Here, play: tuple[Prompt, ...], notes: tuple[Note, ...] = ()) -> Turn:
        """No callback: where else the caller goes."""
        if self.declined:
            return Go(self.declined, play, notes)
        if here.context.may_return:
            return Leave(Back(play + _said(here, phrases.keep_waiting)), notes)
        return Leave(End(play + _said(here, phrases.goodbye)), notes)

    def _confirmation(self, here: Here) -> tuple[Prompt, ...]:
        wait = here.context.wait
        when = () if wait is None else (spoken.wait_range(*wait, here.language),)
        return (*_said(here, phrases.callback_booked), *when, *_said(here, phrases.goodbye))


def _said(here: Here, *said: Phrase) -> tuple[Prompt, ...]:
    return tuple(phrase(here.language) for phrase in said)


def _judged(here: Here, number: str) -> Verdict:
    context = here.context
    return verdict(number, context.country, context.area_code, context.allowed)
