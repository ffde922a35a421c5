"""rate"""

from collections.abc import Mapping
from typing import ClassVar, Self

import msgspec

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.asking import Asking
from callcenter.ivr.step import Pressed, Rated

_ASKS = {"satisfaction": False, "resolution": True}
_SOLVED = {"true": True, "false": False}
_SATISFIED = {"true": True, "false": False, "neither": None}
_RATINGS = ("score", "satisfied")
_NO_SCORE = -1e6


class Answer(msgspec.Struct, frozen=True):
    """What a key counts as. None: no score, or neither satisfied nor dissatisfied. `solved`: of a question that asks
    for the resolution, else None. `next` empty: the node's own."""

    score: float | None = None
    satisfied: bool | None = None
    next: str = ""
    solved: bool | None = None


class Rate(Asking, frozen=True, kw_only=True):
    """Asks one survey question that is answered by a key: how satisfied the caller is, or whether it is solved.

    ```yaml
    satisfaction:
      kind: rate
      question: satisfaction
      say:
        zh-CN: 请对本次服务作出评价，满意请按1，一般请按2，不满意请按3。
        en: Please rate this call. Press 1 for satisfied, 2 for neutral, or 3 for dissatisfied.
      answers:
        1: {score: 5, satisfied: true}
        2: {score: 3, satisfied: neither}
        3: {score: 1, satisfied: false, next: what_went_wrong}
      tries: 2
      next: thanks
      gave_up: goodbye
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | required | the question: the text in every language, or the name of a prompt |
    | `question` | required | the question's id in reports |
    | `asks` | `satisfaction` | `satisfaction` counts in CSAT, `resolution` in first-call resolution from the survey |
    | `answers` | required | key -> `score` (optional) and `satisfied` (`true`, `false`; default `neither`) |
    | `answers.solved` | `false` | with `asks: resolution`, in place of both: whether the key says that it is solved |
    | `answers.next` | as `next` | the node that follows this answer |
    | `next` | required | the node that follows an answer |
    | `gave_up` | as `next` | the node that follows when the last try brought no answer |
    | `timeout_s` | `5` | seconds of silence after the question until a try is lost, 1 to 60 |
    | `tries` | `3` | how often the question is asked, 1 to 10 |
    | `invalid`, `missing` | a built-in text | `say` or `play` before the next try: after a wrong key, after none |
    """

    kind: ClassVar[str] = "rate"

    question: str
    answers: Mapping[str, Answer]
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        to = fields.target("next")
        return cls(
            **cls.asked(fields),
            question=fields.slug("question"),
            answers=_answers(fields, fields.choice("asks", _ASKS, False)),
            next=to,
            gave_up=fields.target("gave_up", default=to),
        )

    def take(self, here: Here, key: str) -> Turn:
        answer = self.answers.get(key)
        if answer is None:
            return self.failed(here, key)
        rated = Rated(self.question, key, answer.score, answer.satisfied, answer.solved)
        return Go(answer.next or self.next, notes=(Pressed(here.node, key, valid=True), rated))

    def knows(self, key: str) -> bool:
        return key in self.answers


def _answers(fields: Fields, resolution: bool) -> dict[str, Answer]:
    found = {key: fields.fields_of(value, f"answers.{key}") for key, value in fields.keys("answers").items()}
    answers = {
        key: _answer(below, f"answers.{key}.next", resolution) for key, below in found.items() if below is not None
    }
    if resolution and answers and not any(answer.solved for answer in answers.values()):
        fields.complain("answers", mistake("no_key_solved"))
    return answers


def _answer(fields: Fields, way: str, resolution: bool) -> Answer:
    score = fields.number("score", _NO_SCORE, -1000, 1000)
    satisfied = fields.choice("satisfied", _SATISFIED, None)
    solved = fields.choice("solved", _SOLVED, False)
    to = fields.target("next", default="", way=way)
    for name in _RATINGS if resolution else ("solved",):
        if fields.has(name):
            fields.complain(name, mistake("rates_nothing" if resolution else "resolves_nothing"))
    fields.finish()
    return Answer(None if score == _NO_SCORE else score, satisfied, to, solved if resolution else None)
