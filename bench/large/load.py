"""Calls written by the real writer: so many a second, each with a whole story of events, through the journal."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

import msgspec
import sqlalchemy as sa

from bench.large.centre import AGENTS, DISPOSITIONS, FLOW, NUMBERS, QUESTION, QUEUES, SURVEY
from callcenter.calls import events as ev
from callcenter.store.journal import Journal
from callcenter.store.projections import stored_seq
from callcenter.store.writer import Writer

LENGTH_S = 5.8  # of a call with its wrap-up here: short, so that a measurement sees whole ones
_PICK = ev.Pick(
    strategy="longest_idle", candidates=AGENTS[:3], waited_s=0.0, credit_s=0.0, ahead=1, ready=2, lacking=0,
    excluded={"talking": 11, "wrap_up": 3, "paused": 2},
)  # fmt: skip


def story(number: int, at: float) -> list[ev.AnyEvent]:
    """Menu, queue, offer, talk, survey, wrap-up: 26 events of one call from first to last."""
    i, queue, agent = f"cc1-{int(at)}.{number}", QUEUES[number % len(QUEUES)], AGENTS[number % len(AGENTS)]
    t, call, of = at, {"interaction": i}, {"interaction": i, "agent": agent}
    caller = f"+8613{number * 7 % 200_000:09}"
    offer = {"offer": f"{i}o1", **of}
    survey = {"survey": SURVEY, "queue": queue, **of}
    arrived = {"channel": i, "caller": caller, "caller_name": "", "dialled": NUMBERS[number % len(NUMBERS)]}
    theirs, ours = (
        {"channel": f"PJSIP/carrier-{number:08x}", **call},
        {"channel": f"PJSIP/{agent}-{number:08x}", **call},
    )
    return [
        ev.CallArrived(at=t, language="zh-CN", **arrived, **call),
        ev.LegOpened(at=t, role="customer", **theirs),
        ev.FlowStarted(at=t, flow=FLOW, version=2, session={}, **call),
        ev.FlowStepped(at=t + 0.1, node="menu", session={}, path=("welcome", "menu"), **call),
        ev.KeyPressed(at=t + 1, flow=FLOW, node="menu", key="1", valid=True, **call),
        ev.FlowEnded(at=t + 1, flow=FLOW, result="queue", path=("sales", "queue"), **call),
        ev.QueueEntered(at=t + 1, queue=queue, entered_at=t + 1, **call),
        ev.OfferMade(at=t + 1, device="web", queue=queue, lease_until=t + 30, pick=_PICK, **offer),
        ev.LegOpened(at=t + 1.1, role="agent", agent=agent, device="web", **ours),
        ev.OfferRang(at=t + 1.2, **offer),
        ev.OfferAccepted(at=t + 2, channel=ours["channel"], **offer),
        ev.QueueLeft(at=t + 2, queue=queue, reason="answered", waited_s=1.0, **call),
        ev.Connected(at=t + 2, device="web", queue=queue, waited_s=1.0, **offer),
        ev.RecordingExpected(at=t + 2, file=f"{i}.raw", **call),
        ev.NoteWritten(at=t + 3, note="", disposition=DISPOSITIONS[number % len(DISPOSITIONS)], **of),
        ev.TalkEnded(at=t + 4, by="agent", talk_s=2.0, hold_s=0.0, **of),
        ev.LegClosed(at=t + 4, cause=16, **ours),
        ev.WrapUpBegan(at=t + 4, queue=queue, until=t + 60, **of),
        ev.SurveyOffered(at=t + 4, **survey),
        ev.FlowStarted(at=t + 4, flow=SURVEY, version=1, session={}, **call),
        ev.SurveyAnswered(at=t + 5, question=QUESTION, key="1", score=5.0, satisfied=True, **survey),
        ev.FlowEnded(at=t + 5, flow=SURVEY, result="hangup", **call),
        ev.LegClosed(at=t + 5, cause=16, **theirs),
        ev.CallEnded(at=t + 5, by="flow", cause=16, phase="survey", answered=True, **call),
        ev.RecordingStored(at=t + 5.5, file=f"{i}.wav", duration_s=2.0, bytes=32_044, sha256="ab" * 32, **call),
        ev.WrapUpEnded(at=t + LENGTH_S, by="self", wrap_up_s=1.8, **of),
    ]


def due(calls: int, pace_s: float, begin_at: float) -> Iterator[ev.AnyEvent]:
    """Everybody signs in; then the events of so many calls, one every `pace_s`, in the order of time."""
    for agent in AGENTS:
        yield ev.AgentSignedIn(at=begin_at, agent=agent, device="web")
        yield ev.AgentReady(at=begin_at, agent=agent)
    waiting: list[tuple[float, int, ev.AnyEvent]] = []
    count = 0
    for number in range(calls):
        at = begin_at + number * pace_s
        while waiting and waiting[0][0] <= at:
            yield heappop(waiting)[2]
        for event in story(number, at):
            heappush(waiting, (event.at, count, event))
            count += 1
    while waiting:
        yield heappop(waiting)[2]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """`calls` that were over, in `length_s`. `behind`: the most entries that were on the disk, not in the database;
    `failures` and `unprojected` are those of the writer, `stored` says that all of it got in."""

    calls: int
    length_s: float
    behind: int
    failures: int
    unprojected: int
    stored: bool

    @property
    def calls_a_second(self) -> float:
        return self.calls / self.length_s


class Load:
    """Writes `rate` calls a second from `start` to `stop`, paced by the clock."""

    def __init__(self, db: sa.Engine, rate: float, place: Path | None = None) -> None:
        self._rate = rate
        self._folder = Path(tempfile.mkdtemp(prefix="load-", dir=place))
        self._journal = Journal(self._folder, begin_after=stored_seq(db))
        self._writer = Writer(db, self._journal)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._append, daemon=True)
        self._calls = self._behind = self._failures = 0
        self._began = 0.0

    def start(self) -> None:
        self._began = time.monotonic()
        self._writer.start()
        self._thread.start()

    def stop(self) -> Written:
        length_s = time.monotonic() - self._began
        self._ending.set()
        self._thread.join()
        stored = self._writer.stop(120.0)
        self._journal.close()
        shutil.rmtree(self._folder)
        return Written(
            calls=self._calls,
            length_s=length_s,
            behind=self._behind,
            failures=self._failures,
            unprojected=self._writer.status().unprojected,
            stored=stored,
        )

    def _append(self) -> None:
        for event in due(10**9, 1 / self._rate, time.time()):
            wait_s = event.at - time.time()
            if wait_s > 0 and self._ending.wait(min(wait_s, 60.0)):
                return
            if self._ending.is_set():
                return
            self._journal.append([event])
            self._calls += isinstance(event, ev.CallEnded)
            status = self._writer.status()
            self._behind = max(self._behind, status.behind if status.stored_seq else 0)
            self._failures = max(self._failures, status.failures)


def ingest(db: sa.Engine, calls: int, place: Path | None = None) -> float:
    """Calls a second that the writer brings into the database, all of them durable: as fast as it goes."""
    with tempfile.TemporaryDirectory(prefix="ingest-", dir=place) as folder:
        journal = Journal(Path(folder) / "journal", begin_after=stored_seq(db))
        for event in due(calls, 0.02, time.time() - calls * 0.02):
            journal.append([event])
        journal.sync()
        writer = Writer(db, journal)
        began = time.monotonic()
        writer.start()
        writer.stop(1200.0)
        took_s = time.monotonic() - began
        journal.close()
    return calls / took_s
