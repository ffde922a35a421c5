"""Score cards: what a call is judged by, and what a judgement is worth. Pure.

A card has sections of questions. A question is answered yes or no, or on a scale; it counts by its weight. A fatal
question that is failed makes the whole score 0. Questions left out as not applicable do not count.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.complaint import Complaint, Sentences
from callcenter.calls.document import Document, Slug
from callcenter.calls.languages import Text


class ScoreQuestion(Document, frozen=True, kw_only=True):
    """scale: from 0 to `most`; yes_no: 1 is yes. `fatal`: 0 makes the whole score 0."""

    id: Slug
    text: Text
    kind: Literal["yes_no", "scale"] = "yes_no"
    most: Annotated[int, Meta(ge=1, le=100)] = 5
    weight: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    fatal: bool = False
    note: Text | None = None  # what to listen for

    @property
    def top(self) -> int:
        return self.most if self.kind == "scale" else 1


class ScoreSection(Document, frozen=True, kw_only=True):
    name: Text
    questions: Annotated[tuple[ScoreQuestion, ...], Meta(min_length=1, max_length=50)]


class ScoreCard(Document, frozen=True, kw_only=True):
    id: Slug
    name: Text
    sections: Annotated[tuple[ScoreSection, ...], Meta(min_length=1, max_length=20)]
    pass_percent: Annotated[int, Meta(ge=0, le=100)] = 80

    def questions(self) -> dict[str, ScoreQuestion]:
        return {question.id: question for section in self.sections for question in section.questions}


class ScoreMark(Document, frozen=True, kw_only=True):
    """Something to listen to: seconds from the beginning of the recording."""

    at_s: Annotated[float, Meta(ge=0, le=360_000)]
    text: Annotated[str, Meta(max_length=1000)]


class Judgement(Document, frozen=True, kw_only=True):
    """`answers` by question id; null: not applicable."""

    answers: dict[Slug, Annotated[int, Meta(ge=0, le=100)] | None]
    marks: Annotated[tuple[ScoreMark, ...], Meta(max_length=100)] = ()
    comment: Annotated[str, Meta(max_length=4000)] = ""


class Result(msgspec.Struct, frozen=True):
    """`fatal`: a fatal question was failed, which makes `percent` 0."""

    percent: float
    fatal: bool


class BadJudgement(ValueError):
    """Answers that do not fit the card; the text says which and what is allowed."""

    def __init__(self, said: Complaint) -> None:
        super().__init__(str(said))
        self.said = said


_mistake = Sentences(
    {
        "question_twice": Text(en="question {id!r} is there twice", zh="问题“{id}”出现了两次"),
        "no_question": Text(
            en="answers.{name}: the card has no such question; it has: {names}",
            zh="评分表中没有问题“{name}”；可用：{names}",
        ),
        "too_high": Text(
            en="answers.{name}: is {value}; allowed: 0 to {top}", zh="“{name}”的得分是 {value}；应为 0 到 {top}"
        ),
        "not_answered": Text(
            en="answers: {names} not answered; null where it does not apply",
            zh="{names} 没有评分；不适用的请标为不适用",
        ),
        "none_applies": Text(en="answers: at least one question must apply", zh="至少要有一个适用的问题"),
    }
)


def card_problems(card: ScoreCard) -> list[Complaint]:
    ids = [question.id for section in card.sections for question in section.questions]
    return [_mistake("question_twice", id=one) for one in sorted({i for i in ids if ids.count(i) > 1})]


def result(card: ScoreCard, judgement: Judgement) -> Result:
    """Raises BadJudgement."""
    questions = card.questions()
    for name, value in judgement.answers.items():
        if name not in questions:
            raise BadJudgement(_mistake("no_question", name=name, names=", ".join(questions)))
        if value is not None and value > questions[name].top:
            raise BadJudgement(_mistake("too_high", name=name, value=value, top=questions[name].top))
    missing = [name for name in questions if name not in judgement.answers]
    if missing:
        raise BadJudgement(_mistake("not_answered", names=", ".join(missing)))
    return _summed(questions, judgement.answers)


def _summed(questions: Mapping[str, ScoreQuestion], answers: Mapping[str, int | None]) -> Result:
    counted = [(questions[name], value) for name, value in answers.items() if value is not None]
    if not counted:
        raise BadJudgement(_mistake("none_applies"))
    if any(question.fatal and value == 0 for question, value in counted):
        return Result(0.0, True)
    whole = sum(question.weight for question, _ in counted)
    reached = sum(question.weight * value / question.top for question, value in counted)
    return Result(round(100 * reached / whole, 2), False)
