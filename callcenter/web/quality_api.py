"""Quality: score cards, scores beside the recording, calls drawn to be scored, and what agents say to scores."""

import time
from typing import Annotated

from msgspec import Meta

from callcenter.calls.scoring import BadJudgement, Judgement, ScoreCard, card_problems
from callcenter.store import quality
from callcenter.store.quality import DrawnCall, QualitySum, ScoreCardEntry, ScoreEntry
from callcenter.web.asked import Asked, Moment
from callcenter.web.calls_api import handled_by, seen_call
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal
from callcenter.web.shapes import Done, Shape
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

scoring = Endpoints("quality")

Name = Annotated[str, Meta(max_length=64)]


class ScoreCardList(Shape, frozen=True, kw_only=True):
    cards: tuple[ScoreCardEntry, ...]


class ScoreCardEdit(Asked, frozen=True, kw_only=True):
    """`base`: the version it was made from; 0 for a new card. `active` false puts it away."""

    card: ScoreCard
    base: Annotated[int, Meta(ge=0)] = 0
    active: bool = True


class NewScore(Asked, frozen=True, kw_only=True):
    """`agent`: who is scored; empty: the last who talked."""

    call: Name
    card: Name
    judgement: Judgement
    agent: Name = ""


class ScoreList(Shape, frozen=True, kw_only=True):
    scores: tuple[ScoreEntry, ...]


class ScoreQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    agent: Name = ""
    queue: Name = ""
    call: Name = ""
    from_: Moment | None = None
    to: Moment | None = None


class AnsweredScore(Asked, frozen=True, kw_only=True):
    comment: Annotated[str, Meta(max_length=2000)] = ""


class DrawQuery(Asked, frozen=True, kw_only=True):
    """`each`: how many calls of each agent are to be scored in `days`."""

    each: Annotated[int, Meta(ge=1, le=50)] = 3
    days: Annotated[int, Meta(ge=1, le=90)] = 7
    agent: Name = ""
    queue: Name = ""
    least_s: Annotated[int, Meta(ge=0, le=86_400)] = 30
    dissatisfied: bool = False


class DrawnCalls(Shape, frozen=True, kw_only=True):
    calls: tuple[DrawnCall, ...]


class QualityFigures(Shape, frozen=True, kw_only=True):
    formula: str
    by_agent: tuple[QualitySum, ...]
    by_queue: tuple[QualitySum, ...]
    whole: QualitySum | None


@scoring.get("/score-cards", needs="score_calls")
async def list_cards(visit: Visit) -> ScoreCardList:
    """The newest version of every card; those put away only for who may edit them."""
    found = await store_of(visit).run(quality.cards, every=visit.may("edit_score_cards"))
    return ScoreCardList(cards=tuple(found))


@scoring.get("/score-cards/{id}/{version}", needs="score_calls", words=("unknown_card",))
async def one_card(visit: Visit) -> ScoreCardEntry:
    """A version of a card, as a score was made with it."""
    version = visit.path("version")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise ApiError("unknown_card")
    try:
        return await store_of(visit).run(quality.card, visit.path("id"), int(version))
    except quality.UnknownCard:
        raise ApiError("unknown_card") from None


@scoring.put("/score-cards/{id}", needs="edit_score_cards", words=("stale_version",))
async def save_card(visit: Visit, asked: ScoreCardEdit) -> Done:
    """A new version; scores keep the version they were made with."""
    problems = card_problems(asked.card)
    if asked.card.id != visit.path("id"):
        problems.append(refusal("other_card_id", id=asked.card.id, place=visit.path("id")))
    if problems:
        raise ApiError("bad_value", problems[0], field="card")
    try:
        version = await store_of(visit).run(
            quality.save_card, asked.card, visit.username, time.time(), asked.base, active=asked.active
        )
    except quality.StaleCard:
        raise ApiError("stale_version", "somebody else has saved this card; load it again") from None
    await visit.services.archive.note(
        visit.username, "save_score_card", asked.card.id, visit.address, version=version
    )
    return Done(result={"version": version})


@scoring.get("/scores", needs="score_calls")
async def list_scores(visit: Visit, query: ScoreQuery) -> ScoreList:
    """Newest first. Agents see their own, supervisors those of the agents they may score."""
    found = await store_of(visit).run(quality.found_scores, _wanted(visit, query))
    return ScoreList(scores=tuple(found))


@scoring.post("/scores", needs="score_calls", words=("no_such_call", "unknown_card"))
async def score_call(visit: Visit, asked: NewScore) -> ScoreEntry:
    """Score a call. Nobody scores an own call."""
    call = await seen_call(visit, asked.call)
    agent = asked.agent or call.agent
    if not agent or agent not in handled_by(call):
        raise ApiError("bad_value", refusal("not_in_call"), field="agent")
    if (
        visit.scope_of("score_calls") == "own"
        or agent == visit.agent
        or not visit.access.over("score_calls", (agent,))
    ):
        raise ApiError("forbidden", "calls of this agent are not yours to score")
    try:
        made = await store_of(visit).run(
            quality.save_score, call.id, agent, asked.card, asked.judgement, visit.username, time.time()
        )
    except quality.UnknownCard:
        raise ApiError("unknown_card") from None
    except BadJudgement as problem:
        raise ApiError("bad_value", problem.said, field="judgement") from None
    await visit.services.archive.note(
        visit.username, "score_call", call.id, visit.address, agent=agent, percent=made.percent
    )
    return made


@scoring.post("/scores/{id}/answer", needs="score_calls", words=("unknown_score",))
async def answer_score(visit: Visit, asked: AnsweredScore) -> ScoreEntry:
    """The agent has seen the score, and may say something about it."""
    found = await _score(visit)
    if not visit.agent or found.agent != visit.agent:
        raise ApiError("forbidden", "only the agent who was scored answers a score")
    told = await store_of(visit).run(quality.acknowledge, found.id, asked.comment.strip(), time.time())
    await visit.services.archive.note(visit.username, "answer_score", str(found.id), visit.address)
    return told


@scoring.delete("/scores/{id}", needs="score_calls", words=("unknown_score",))
async def withdraw_score(visit: Visit) -> Done:
    """It counts no longer. By whoever gave it, or who may edit the cards."""
    found = await _score(visit)
    if found.by != visit.username and not visit.may("edit_score_cards"):
        raise ApiError("forbidden", "only who gave a score, or edits the cards, withdraws it")
    await store_of(visit).run(quality.withdraw, found.id, time.time())
    await visit.services.archive.note(visit.username, "delete_score", str(found.id), visit.address)
    return Done()


@scoring.get("/quality/draw", needs="score_calls")
async def draw(visit: Visit, query: DrawQuery) -> DrawnCalls:
    """Calls by chance, so many of each agent, that nobody has scored yet."""
    if visit.scope_of("score_calls") == "own":
        return DrawnCalls(calls=())
    agents = [one.id for one in visit.access.centre.agents if visit.access.over_agent("score_calls", one.id)]
    chosen = [one for one in agents if query.agent in ("", one) and one != visit.agent]
    found = await store_of(visit).run(
        quality.draw,
        chosen,
        query.each,
        time.time(),
        days=query.days,
        queue=query.queue,
        least_s=query.least_s,
        dissatisfied=query.dissatisfied,
    )
    return DrawnCalls(calls=tuple(found))


@scoring.get("/quality/figures", needs="score_calls")
async def figures(visit: Visit, query: ScoreQuery) -> QualityFigures:
    """Mean scores by agent and queue in a period."""
    store, wanted = store_of(visit), _wanted(visit, query)
    whole = await store.run(quality.sums, wanted, "all")
    return QualityFigures(
        formula="sum of percent / scores; withdrawn scores do not count",
        by_agent=tuple(await store.run(quality.sums, wanted, "agent")),
        by_queue=tuple(await store.run(quality.sums, wanted, "queue")),
        whole=whole[0] if whole else None,
    )


def _wanted(visit: Visit, query: ScoreQuery) -> quality.Wanted:
    return quality.Wanted(
        agents=visit.access.agents("score_calls"),
        agent=query.agent,
        queue=query.queue,
        call=query.call,
        from_at=query.from_,
        to_at=query.to,
    )


async def _score(visit: Visit) -> ScoreEntry:
    """Raises ApiError `unknown_score`, also for scores out of reach."""
    given = visit.path("id")
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise ApiError("unknown_score")
    try:
        found = await store_of(visit).run(quality.score, int(given))
    except quality.UnknownScore:
        raise ApiError("unknown_score") from None
    if not visit.access.over("score_calls", (found.agent,)):
        raise ApiError("unknown_score")
    return found
