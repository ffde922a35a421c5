"""What customers answered: distribution of keys, scores, and how many were asked and answered."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.reports import figures
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, group, read, where_of
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups import recount
from callcenter.store.rollups.spec import AGENT, QUEUE, RESOLUTION, SURVEY
from callcenter.store.schema.inbox import inbox_items

MOST_SPOKEN = 200
# Word for word as the index has it, or the index does not serve.
SPOKEN_ANSWER = sa.text(f"survey_answers.{t.SPOKEN.text}")


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


class ResolutionKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the question whether the problem is solved."""

    survey: str
    question: str
    key: str
    resolution_answers: int
    solved: int


class SurveyStep(SurveyFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class SpokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller said in a survey, in place of a key. `heard_in`: the call whose message it is."""

    left_at: float
    survey: str
    question: str
    queue: str
    agent: str
    duration_s: float
    heard_in: str


class Surveys(Report, frozen=True, kw_only=True):
    """`push_rate`: surveys pushed of the talks that were handled in the period. `spoken`: the latest first, 200 at
    most."""

    total: SurveyFigures
    push_rate: float | None
    by_survey: tuple[SurveyRow, ...]
    by_question: tuple[QuestionRow, ...]
    by_resolution: tuple[ResolutionKey, ...]
    by_queue: tuple[SurveyOfQueue, ...]
    by_step: tuple[SurveyStep, ...]
    spoken: tuple[SpokenAnswer, ...]


def surveys(db: sa.Engine, asked: Asked) -> Surveys:
    only(asked.filters, "queues", "agents", "numbers", "direction")
    with db.connect() as connection:
        found = read(connection, asked, SURVEY)
        of_agents = asked.filters.names() == ("agents",)
        talks = read(connection, asked, AGENT if of_agents else QUEUE, stepped=False)
        resolution = read(connection, asked, RESOLUTION, stepped=False)
        spoken = _spoken(connection, asked)
    by_survey = group(found.by_key, lambda keys: (keys[0],))
    by_queue = group(found.by_key, lambda keys: (keys[0], keys[3]))
    asked_questions = sorted({keys[:2] for keys in found.by_key if keys[1]})
    return Surveys(
        asked=asked,
        formulas=used(
            (*SurveyFigures.__struct_fields__, "push_rate", "resolution_answers", "solved"), asked.variants
        ),
        source=found.source,
        stored_seq=found.stored_seq,
        total=SurveyFigures(**_figures(found.total, asked.variants)),
        push_rate=figures.share(found.total.get("surveys_pushed", 0), talks.total.get("handled", 0)),
        by_survey=tuple(SurveyRow(survey=k[0], **_figures(s, asked.variants)) for k, s in sorted(by_survey.items())),
        by_question=tuple(_question(found.by_key, of[0], of[1], asked.variants) for of in asked_questions),
        by_resolution=tuple(
            ResolutionKey(survey=k[0], question=k[1], key=k[2], **{name: s.get(name, 0) for name in RESOLUTION.sums})
            for k, s in sorted(group(resolution.by_key, lambda keys: keys[2:]).items())
        ),
        by_queue=tuple(
            SurveyOfQueue(survey=k[0], queue=k[1], **_figures(s, asked.variants)) for k, s in sorted(by_queue.items())
        ),
        by_step=tuple(
            SurveyStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums, asked.variants))
            for step, sums in zip(found.steps, found.by_step, strict=True)
        ),
        spoken=tuple(spoken),
    )


def _spoken(connection: sa.Connection, asked: Asked) -> list[SpokenAnswer]:
    """By their own index; what was removed from the message centre is no longer told of."""
    a, m, item = t.survey_answers.c, t.messages.c, inbox_items.c
    whose = t.survey_answers.join(t.messages, sa.and_(m.call_id == a.call_id, m.state == "left"))
    whose = whose.join(inbox_items, sa.and_(item.id == a.call_id, item.removed.is_(False)))
    columns = (a.at.label("left_at"), a.survey, a.question, a.queue, a.agent, m.duration_s)
    query = sa.select(*columns, a.call_id.label("heard_in")).select_from(whose)
    query = query.where(SPOKEN_ANSWER, a.at >= asked.period.from_at, a.at < asked.period.to_at)
    query = recount.filtered(query, t.survey_answers, where_of(asked.filters))
    rows = connection.execute(query.order_by(a.at.desc(), a.call_id, a.seq).limit(MOST_SPOKEN)).mappings()
    return [SpokenAnswer(**row) for row in rows]


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
