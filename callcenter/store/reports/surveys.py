"""What customers answered: distribution of keys, scores, and how many were asked and answered."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.reports import figures
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, group, read
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups.spec import AGENT, QUEUE, SURVEY


class SurveyFigures(msgspec.Struct, frozen=True, kw_only=True):
    surveys_pushed: int
    surveys_answered: int
    answers: int
    response_rate: float | None
    csat: float | None
    mean_score: float | None


class SurveyRow(SurveyFigures, frozen=True, kw_only=True):
    survey: str


class SurveyOfQueue(SurveyFigures, frozen=True, kw_only=True):
    survey: str
    queue: str


class KeyCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a key was pressed. `satisfied` and `dissatisfied`: as how many of them counted."""

    key: str
    answers: int
    satisfied: int
    dissatisfied: int
    mean_score: float | None


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    survey: str
    question: str
    answers: int
    csat: float | None
    mean_score: float | None
    keys: tuple[KeyCount, ...]


class SurveyStep(SurveyFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class Surveys(Report, frozen=True, kw_only=True):
    """`push_rate`: surveys pushed of the talks that were handled in the period."""

    total: SurveyFigures
    push_rate: float | None
    by_survey: tuple[SurveyRow, ...]
    by_question: tuple[QuestionRow, ...]
    by_queue: tuple[SurveyOfQueue, ...]
    by_step: tuple[SurveyStep, ...]


def surveys(db: sa.Engine, asked: Asked) -> Surveys:
    only(asked.filters, "queues", "agents", "numbers", "direction")
    with db.connect() as connection:
        found = read(connection, asked, SURVEY)
        of_agents = asked.filters.names() == ("agents",)
        handled = read(connection, asked, AGENT if of_agents else QUEUE).total.get("handled", 0)
    by_survey = group(found.by_key, lambda keys: (keys[0],))
    by_queue = group(found.by_key, lambda keys: (keys[0], keys[3]))
    asked_questions = sorted({keys[:2] for keys in found.by_key if keys[1]})
    return Surveys(
        asked=asked,
        formulas=used((*SurveyFigures.__struct_fields__, "push_rate"), asked.variants),
        source=found.source,
        stored_seq=found.stored_seq,
        total=SurveyFigures(**_figures(found.total, asked.variants)),
        push_rate=figures.share(found.total.get("surveys_pushed", 0), handled),
        by_survey=tuple(SurveyRow(survey=k[0], **_figures(s, asked.variants)) for k, s in sorted(by_survey.items())),
        by_question=tuple(_question(found.by_key, of[0], of[1], asked.variants) for of in asked_questions),
        by_queue=tuple(
            SurveyOfQueue(survey=k[0], queue=k[1], **_figures(s, asked.variants)) for k, s in sorted(by_queue.items())
        ),
        by_step=tuple(
            SurveyStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums, asked.variants))
            for step, sums in zip(found.steps, found.by_step, strict=True)
        ),
    )


def _figures(sums: Sums, variants: Variants) -> dict[str, Any]:
    n = sums.get
    return {
        **{name: n(name, 0) for name in ("surveys_pushed", "surveys_answered", "answers")},
        "response_rate": figures.share(n("surveys_answered", 0), n("surveys_pushed", 0)),
        "csat": figures.csat(sums, variants),
        "mean_score": figures.mean_score(sums),
    }


def _question(by_key: dict[tuple[str, ...], Sums], survey: str, question: str, variants: Variants) -> QuestionRow:
    own = {keys: sums for keys, sums in by_key.items() if keys[:2] == (survey, question)}
    whole = group(own, lambda _: ())[()]
    keys = group(own, lambda keys: (keys[2],))
    return QuestionRow(
        survey=survey,
        question=question,
        answers=whole.get("answers", 0),
        csat=figures.csat(whole, variants),
        mean_score=figures.mean_score(whole),
        keys=tuple(
            KeyCount(
                key=key,
                answers=sums.get("answers", 0),
                satisfied=sums.get("satisfied", 0),
                dissatisfied=sums.get("dissatisfied", 0),
                mean_score=figures.mean_score(sums),
            )
            for (key,), sums in sorted(keys.items())
        ),
    )
