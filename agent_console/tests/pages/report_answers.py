"""Reports as the server makes them, over some weeks of calls that are made up: the same ones every time."""

import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.calls.centre import Agent, Centre, Queue
from callcenter.calls.languages import Text
from callcenter.calls.scoring import Judgement
from callcenter.reporting.catalogue import REPORTS
from callcenter.reporting.naming import queue_names
from callcenter.reporting.questions import OPTIONS, asked, definition, known_names, period, to_compare
from callcenter.demo.centre import score_card
from callcenter.store import planned_shifts, quality
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.planned_shifts import Placed
from callcenter.store.projections import apply
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.time_behind import time_behind
from callcenter.store.rollups.of_plan import Shift
from callcenter.web.answers import failed
from callcenter.web.errors import ApiError
from callcenter.web.call_shapes import CallSummary
from callcenter.web.report_answers import answer, choices
from callcenter.web.report_shapes import CountedCall, CountedCalls, ReportDrillQuery
from callcenter.web.report_time_shapes import ReportTimeQuery
from callcenter.web.report_times_api import told
from callcenter.web.reports_api import calls_of, of_step
sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.store.ledger_stories import answered_call, numbered

ZONE = "Asia/Shanghai"
CAUSES = ("solved", "call_back", "repair", "complaint", "wrong_number")
CENTRE = Centre(
    zone=ZONE,
    queues=(
        Queue(id="sales", name=Text(zh="销售", en="Sales"), service_level_s=20, short_abandon_s=5),
        Queue(id="support", name=Text(zh="技术支持", en="Technical support"), service_level_s=20, short_abandon_s=5),
    ),
    agents=(Agent(id="8001", name="李敏"), Agent(id="8002", name="王强")),
)


def answered(path: str, query: dict[str, str]) -> Any:
    """None: it is no report."""
    if path == "/reports":
        return {"reports": [_told(each) for each in REPORTS.values()]}
    _, _, rest = path.partition("/reports/")
    name, _, what = rest.partition("/")
    if not rest or name not in REPORTS or what not in ("", "time", "calls"):
        return None
    of = definition(name)
    when = period(query.get("from", ""), query.get("to", ""), ZONE, query.get("grain", ""))
    options = {each: query.get(each, "") for each in OPTIONS if each != "grain"}
    try:
        question = asked(of, when, options, known_names(CENTRE), time.time())
    except BadReport as error:
        return failed(ApiError("bad_report", error.text, field=error.field))
    if what:
        return _behind(what, question, query)
    by = query.get("compare")
    earlier = msgspec.structs.replace(question, period=to_compare(when, by, query.get("before_from", ""))) if by else None
    found = of.read(_store(), question)
    return msgspec.to_builtins(answer(of, found, of.read(_store(), earlier) if earlier else None, None, queue_names(CENTRE)))


def _behind(what: str, question: Any, query: dict[str, str]) -> Any:
    """The stretches or the calls of a figure."""
    if what == "time":
        of = msgspec.convert(query, ReportTimeQuery, strict=False)
        question = of_step(question, of.begins_at, of.ends_at)
        page = time_behind(_store(), question, of.figure, of.pause_reason, of.limit, of.after)
        return msgspec.to_builtins(told(question, page))
    found = calls_of(_store(), question, msgspec.convert(query, ReportDrillQuery, strict=False))
    shown = [CountedCall(at=each.at, agent=each.agent, queue=each.queue, times=each.times, call=msgspec.convert(each.call, CallSummary, from_attributes=True)) for each in found.calls]
    return msgspec.to_builtins(CountedCalls(calls=tuple(shown), next=found.next))


def _told(of: Any) -> dict[str, Any]:
    given = {name: getattr(of, name) for name in ("name", "filters", "settings", "days", "steps")}
    numbers = ("4001", "4002", "+862112345678") if "numbers" in of.filters else ()
    told = {**given, "title": of.title, "narrowed": False, "choices": tuple(choices(of)), "numbers": numbers}
    return msgspec.to_builtins(told)  # type: ignore[no-any-return]


@cache
def _store() -> sa.Engine:
    url = f"sqlite:///{Path(tempfile.mkdtemp()) / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    events: list[Any] = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE)]
    chance, begin = Random(7), (time.time() // 86400 - 20) * 86400
    for day in range(22):
        events += _shifts(begin + day * 86400)
        for n in range(14):
            events += _call(chance, f"c-{day}.{n}", begin + day * 86400 + 3600 * chance.uniform(0, 10))
    planned_shifts.replace(db, [Placed(row, shift) for row, shift in enumerate(_plan(begin), start=2)])
    with writing(db) as connection:
        apply(connection, numbered(sorted((each for each in events if each.at < time.time()), key=lambda each: each.at)))
    _score(db, chance)
    return db


def _score(db: sa.Engine, chance: Random) -> None:
    """Some of last week's calls, by the demo's card."""
    card = score_card()
    quality.save_card(db, card, "周岚", time.time(), 0)
    with db.connect() as connection:
        talks = connection.execute(sa.text("SELECT call_id, agent FROM talks ORDER BY over_at DESC LIMIT 40")).all()
    for call, agent in talks[::2]:
        most = {id_: 1 if question.kind == "yes_no" else question.most for id_, question in card.questions().items()}
        answers = {id_: points if chance.random() < 0.8 else 0 for id_, points in most.items()}
        quality.save_score(db, call, agent, card.id, Judgement(answers=answers), "周岚", time.time() - chance.uniform(0, 3 * 86400))


def _said(id_: str, at: float, story: list[Any]) -> list[Any]:
    """What the caller told instead of pressing a key."""
    pushed = next(each for each in story if isinstance(each, ev.SurveyOffered))
    whose = {"survey": pushed.survey, "agent": pushed.agent, "queue": pushed.queue}
    answer = ev.SurveyAnswered(
        at=at, interaction=id_, question="why", key="voice", score=None, satisfied=None, **whose
    )
    place = {"interaction": id_, "mailbox": pushed.queue}
    left = ev.MessageLeft(at=at + 12, file=f"messages/{id_}.wav", duration_s=11.5, bytes=1, sha256="x", **place)
    return [ev.MessageBegan(at=at, file=f"{id_}.wav", queue=pushed.queue, **place), answer, left]


def _solved(chance: Random, id_: str, at: float, story: list[Any]) -> Any:
    """Three of four say that their problem is solved."""
    pushed = next(each for each in story if isinstance(each, ev.SurveyOffered))
    whose = {"survey": pushed.survey, "agent": pushed.agent, "queue": pushed.queue}
    yes = chance.random() < 0.75
    rates = {"score": None, "satisfied": None, "solved": yes}
    return ev.SurveyAnswered(at=at, interaction=id_, question="solved", key="1" if yes else "2", **rates, **whose)


def _plan(begin: float) -> list[Shift]:
    """A day of nine hours with its break, half an hour later for the second agent, who began early today."""
    plan: list[Shift] = []
    for day in range(22):
        for late, agent in enumerate(("8001", "8002")):
            at = begin + day * 86400 + 1200 * late
            stretches = ((0, 14_400, "work"), (14_400, 17_400, "break"), (17_400, 30_600, "work"), (30_600, 34_200, "training"))
            plan += [
                Shift(agent=agent, begin_at=at + a, end_at=at + b, activity=what, paid=what != "break", day=int(at // 86400))
                for a, b, what in stretches
            ]
    return plan


def _shifts(midnight: float) -> list[Any]:
    """Both agents sign in, pause at noon and sign out."""
    events: list[Any] = []
    for late, agent in enumerate(("8001", "8002")):
        come = midnight + 1800 * late
        events += [
            ev.AgentSignedIn(at=come, agent=agent, device="browser"),
            ev.AgentReady(at=come + 30, agent=agent),
            ev.AgentPaused(at=come + 14_400, agent=agent, reason="lunch"),
            ev.AgentReady(at=come + 17_100, agent=agent),
            ev.AgentSignedOut(at=come + 34_200, agent=agent),
        ]
    return events


def _call(chance: Random, id_: str, at: float) -> list[Any]:
    queue = chance.choice(("sales", "support", "support"))
    story = answered_call(id_, at, agent=chance.choice(("8001", "8002")), offer=f"o-{id_}")
    story = [msgspec.structs.replace(each, queue=queue) if getattr(each, "queue", "") else each for each in story]
    about = Random(id_).choices((*CAUSES, ""), (9, 5, 3, 2, 1)[: len(CAUSES)] + (1,))[0]
    story = [msgspec.structs.replace(each, disposition=about) if isinstance(each, ev.NoteWritten) else each for each in story]
    story.append(_solved(chance, id_, at + 32, story))
    if chance.random() < 0.1:
        story += _said(id_, at + 33, story)
    if chance.random() > 0.15:
        return story
    waited = chance.uniform(1, 60)
    left = {"interaction": id_, "queue": queue, "reason": "abandoned", "waited_s": waited}
    over = {"interaction": id_, "by": "caller", "cause": 16, "phase": "queue", "answered": False}
    gone = at + 5 + waited
    return [*story[:7], ev.QueueLeft(at=gone, **left), ev.CallEnded(at=gone, **over)]
