"""Score cards and scores: written, read, drawn for, and summed up for reports. Times in seconds since the epoch.

The API answers with what is read here.
"""

import random
from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.scoring import Judgement, ScoreCard, result
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.schema.quality import score_cards, scores
from callcenter.store.schema.recordings import kept_recordings

WEEK_S = 7 * 86_400


class UnknownCard(Exception):
    word = "unknown_card"


class UnknownScore(Exception):
    word = "unknown_score"


class StaleCard(Exception):
    """Somebody else has saved the card meanwhile."""

    word = "stale_version"


class ScoreCardEntry(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    active: bool
    saved_at: float
    saved_by: str
    card: ScoreCard


class ScoreEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    call: str
    agent: str
    queue: str
    card: str
    card_version: int
    by: str
    scored_at: float
    call_at: float
    percent: float
    fatal: bool
    seen_at: float | None
    agent_comment: str
    judgement: Judgement


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Empty fields do not filter; `agents` None: everybody. `from_at` <= scored_at < `to_at`."""

    agents: Collection[str] | None = None
    agent: str = ""
    queue: str = ""
    call: str = ""
    from_at: float | None = None
    to_at: float | None = None


# ---- cards


def cards(db: sa.Engine, *, every: bool = False) -> list[ScoreCardEntry]:
    """The newest version of each, by id; `every`: those put away too."""
    newest = sa.select(score_cards.c.id, sa.func.max(score_cards.c.version).label("v")).group_by(score_cards.c.id)
    last = newest.subquery()
    query = score_cards.select().join(last, sa.and_(last.c.id == score_cards.c.id, last.c.v == score_cards.c.version))
    with db.connect() as connection:
        found = [_card(row) for row in connection.execute(query.order_by(score_cards.c.id)).mappings()]
    return [card for card in found if card.active or every]


def card(db: sa.Engine, card_id: str, version: int | None = None) -> ScoreCardEntry:
    """The newest without `version`. Raises UnknownCard."""
    c = score_cards.c
    query = score_cards.select().where(c.id == card_id).order_by(c.version.desc()).limit(1)
    if version is not None:
        query = query.where(c.version == version)
    with db.connect() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise UnknownCard
    return _card(row)


def save_card(db: sa.Engine, new: ScoreCard, by: str, now: float, base: int, *, active: bool = True) -> int:
    """The new version's number. `base`: the version it was made from, 0 for a new card. Raises StaleCard."""
    with writing(db) as connection:
        query = sa.select(sa.func.max(score_cards.c.version)).where(score_cards.c.id == new.id)
        last = connection.scalar(query) or 0
        if last != base:
            raise StaleCard
        row = {
            "id": new.id,
            "version": last + 1,
            "body": msgspec.json.encode(new).decode(),
            "active": active,
            "saved_at": now,
            "saved_by": by,
        }
        connection.execute(score_cards.insert().values(row))
    return last + 1


# ---- scores


def save_score(
    db: sa.Engine, call: str, agent: str, card_id: str, judgement: Judgement, by: str, now: float
) -> ScoreEntry:
    """With the newest version of the card. Raises UnknownCard, BadJudgement."""
    of = card(db, card_id)
    found = result(of.card, judgement)
    with writing(db) as connection:
        about = connection.execute(sa.select(t.calls.c.queue, t.calls.c.arrived_at).where(t.calls.c.id == call)).one()
        row: dict[str, Any] = {
            "call_id": call,
            "agent": agent,
            "queue": about.queue,
            "card": card_id,
            "card_version": of.version,
            "by": by,
            "scored_at": now,
            "call_at": about.arrived_at,
            "percent": found.percent,
            "fatal": found.fatal,
            "body": msgspec.json.encode(judgement).decode(),
            "agent_comment": "",
        }
        made = connection.execute(scores.insert().values(row)).inserted_primary_key
    assert made is not None
    return score(db, made[0])


def score(db: sa.Engine, score_id: int) -> ScoreEntry:
    """Raises UnknownScore, also for one that was withdrawn."""
    query = scores.select().where(scores.c.id == score_id, scores.c.withdrawn_at.is_(None))
    with db.connect() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise UnknownScore
    return _score(row)


def found_scores(db: sa.Engine, wanted: Wanted, limit: int = 200) -> list[ScoreEntry]:
    """Newest first; withdrawn ones left out."""
    query = scores.select().where(*_conditions(wanted)).order_by(scores.c.scored_at.desc(), scores.c.id.desc())
    with db.connect() as connection:
        return [_score(row) for row in connection.execute(query.limit(limit)).mappings()]


def withdraw(db: sa.Engine, score_id: int, now: float) -> None:
    """It counts no longer and is shown to nobody; the row stays."""
    score(db, score_id)
    with writing(db) as connection:
        connection.execute(scores.update().where(scores.c.id == score_id).values(withdrawn_at=now))


def acknowledge(db: sa.Engine, score_id: int, comment: str, now: float) -> ScoreEntry:
    """The agent has seen it, and says something about it or nothing."""
    before = score(db, score_id)
    with writing(db) as connection:
        marks = {"seen_at": before.seen_at or now, "agent_comment": comment or before.agent_comment}
        connection.execute(scores.update().where(scores.c.id == score_id).values(marks))
    return score(db, score_id)


# ---- drawing calls to be scored


class DrawnCall(msgspec.Struct, frozen=True, kw_only=True):
    call: str
    agent: str
    queue: str
    arrived_at: float
    talk_s: float
    disposition: str
    score: float | None  # of the survey


def draw(
    db: sa.Engine,
    agents: Collection[str],
    each: int,
    now: float,
    *,
    days: int = 7,
    queue: str = "",
    least_s: float = 0.0,
    dissatisfied: bool = False,
) -> list[DrawnCall]:
    """Up to `each` recorded calls of each agent in the last `days` that nobody has scored yet, by chance.

    The lot is that of the week and the call: asked again the same day it draws the same. Scores of the last `days`
    count towards `each`.
    """
    c, r, k = t.calls.c, t.recordings.c, kept_recordings.c
    since = now - days * 86_400
    scored = sa.exists().where(scores.c.call_id == c.id, scores.c.withdrawn_at.is_(None))
    heard = sa.exists().where(r.call_id == c.id, r.state == "stored")
    gone = sa.exists().where(k.call_id == c.id, k.deleted_at.is_not(None))
    columns = (c.id.label("call"), c.agent, c.queue, c.arrived_at, c.talk_s, c.disposition, c.score)
    wanted = [c.arrived_at >= since, c.talk_s >= least_s, c.ended_at.is_not(None), heard, ~gone, ~scored]
    if queue:
        wanted.append(c.queue == queue)
    if dissatisfied:
        wanted.append(c.satisfied.is_(False))
    drawn = list[DrawnCall]()
    with db.connect() as connection:
        for agent in sorted(agents):
            count = sa.select(sa.func.count()).where(
                scores.c.agent == agent, scores.c.scored_at >= since, scores.c.withdrawn_at.is_(None)
            )
            missing = each - (connection.scalar(count) or 0)
            rows = connection.execute(sa.select(*columns).where(c.agent == agent, *wanted)).mappings().all()
            chance = random.Random(f"{int(now // WEEK_S)}-{agent}")
            lots = sorted(rows, key=lambda row: row["call"])
            chance.shuffle(lots)
            drawn += [DrawnCall(**row) for row in lots[: max(0, missing)]]
    return drawn


# ---- figures


class QualitySum(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: an agent, a queue, or the beginning of a day in seconds, as asked. `seen`: by the agent."""

    key: str
    scores: int
    mean: float
    lowest: float
    fatal: int
    seen: int


def sums(db: sa.Engine, wanted: Wanted, by: Literal["agent", "queue", "card", "all"]) -> list[QualitySum]:
    """Means of the scores (percent), for reports: formula = sum of percent / scores, withdrawn ones left out."""
    c = scores.c
    key = {"agent": c.agent, "queue": c.queue, "card": c.card, "all": sa.literal("")}[by]
    query = (
        sa.select(
            key.label("key"),
            sa.func.count().label("scores"),
            sa.func.avg(c.percent).label("mean"),
            sa.func.min(c.percent).label("lowest"),
            sa.func.sum(sa.case((c.fatal, 1), else_=0)).label("fatal"),
            sa.func.sum(sa.case((c.seen_at.is_not(None), 1), else_=0)).label("seen"),
        )
        .where(*_conditions(wanted))
        .group_by("key")
        .order_by("key")
    )
    with db.connect() as connection:
        return [
            QualitySum(
                **{**row, "mean": round(float(row["mean"]), 2), "fatal": int(row["fatal"]), "seen": int(row["seen"])}
            )
            for row in connection.execute(query).mappings()
        ]


def _conditions(wanted: Wanted) -> list[Any]:
    c = scores.c
    conditions: list[Any] = [c.withdrawn_at.is_(None)]
    if wanted.agents is not None:
        conditions.append(c.agent.in_(list(wanted.agents)))
    for column, value in ((c.agent, wanted.agent), (c.queue, wanted.queue), (c.call_id, wanted.call)):
        if value:
            conditions.append(column == value)
    if wanted.from_at is not None:
        conditions.append(c.scored_at >= wanted.from_at)
    if wanted.to_at is not None:
        conditions.append(c.scored_at < wanted.to_at)
    return conditions


def _card(row: sa.RowMapping) -> ScoreCardEntry:
    return ScoreCardEntry(
        version=row["version"],
        active=row["active"],
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        card=msgspec.json.decode(row["body"], type=ScoreCard),
    )


def _score(row: sa.RowMapping) -> ScoreEntry:
    names = [name for name in ScoreEntry.__struct_fields__ if name not in ("call", "judgement")]
    judgement = msgspec.json.decode(row["body"], type=Judgement)
    return ScoreEntry(**{name: row[name] for name in names}, call=row["call_id"], judgement=judgement)
