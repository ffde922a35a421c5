"""What the kinds that ask for one key have in common: the question, the tries, what is said after a wrong key."""

from collections.abc import Iterator
from typing import Any, ClassVar

from callcenter.ivr import phrases
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Collect, Note, Pressed

INVALID = Speech(phrases.invalid_key.text)
MISSING = Speech(phrases.missing_key.text)


class Asking(NodeKind, frozen=True, kw_only=True):
    """Asks for a key, at most `tries` times; then goes to `gave_up`. `timeout_s` is that of each try."""

    asks: ClassVar[bool] = True

    speech: Speech
    gave_up: str
    timeout_s: float = 5.0
    tries: int = 3
    invalid: Speech = INVALID
    missing: Speech = MISSING

    @staticmethod
    def asked(fields: Fields) -> dict[str, Any]:
        """The common fields but `gave_up`."""
        return {
            "speech": fields.speech(),
            "timeout_s": fields.number("timeout_s", 5, 1, 60),
            "tries": fields.count("tries", 3, 1, 10),
            "invalid": fields.speech_under("invalid", INVALID),
            "missing": fields.speech_under("missing", MISSING),
        }

    def enter(self, here: Here) -> Turn:
        return self._ask(here, here.tries)

    def failed(self, here: Here, key: str) -> Turn:
        """After a key that means nothing here, or none."""
        notes = (Pressed(here.node, key, valid=False),)
        tries = here.tries + 1
        if tries >= self.tries:
            return Go(self.gave_up, notes=notes)
        return self._ask(here, tries, (self.invalid if key else self.missing,), notes)

    def speeches(self) -> Iterator[Speech]:
        yield from (self.speech, self.invalid, self.missing)

    def _ask(self, here: Here, tries: int, before: tuple[Speech, ...] = (), notes: tuple[Note, ...] = ()) -> Wait:
        play = tuple(prompt for speech in (*before, self.speech) for prompt in speech.said(here))
        return Wait(Collect(play, max_digits=1, timeout_s=self.timeout_s), tries, notes)
