"""What the kinds that put the caller through to somebody have in common: where the flow goes on when that fails."""

from collections.abc import Iterator
from typing import Any, ClassVar

from callcenter.calls.outside import LONGEST_S, Outcome
from callcenter.calls.work import Work
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Leave, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import End, Outside


class Calling(NodeKind, frozen=True, kw_only=True):
    """Ends the flow when somebody answers; else it goes on at `busy`, `no_answer`, `absent` or `otherwise`."""

    ends: ClassVar[bool] = True

    otherwise: str
    busy: str
    no_answer: str
    absent: str
    speech: Speech | None

    @staticmethod
    def common(fields: Fields) -> dict[str, Any]:
        otherwise = fields.target("otherwise")
        ways = {name: fields.target(name, default=otherwise) for name in ("busy", "no_answer", "absent")}
        return {"otherwise": otherwise, "speech": fields.optional_speech(), **ways}

    def put_through(self, here: Here, work: Work) -> Turn:
        play = self.speech.said(here) if self.speech else ()
        return Wait(Outside(work, here.key, within_s=LONGEST_S, play=play))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        if outcome.ok:  # somebody answered: in a scenario, or walking through; a real caller is gone from here
            return Leave(End())
        ways = {"busy": self.busy, "no_answer": self.no_answer, "absent": self.absent, "unknown": self.absent}
        return Go(ways.get(outcome.trouble, self.otherwise))

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech
