"""Calls written by the real writer: so many a second, each with a whole story of events, through the journal."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

import sqlalchemy as sa

from bench.large.generator import AGENTS, NUMBERS, QUEUES
from callcenter.calls import events as ev
from callcenter.store.journal import Journal
from callcenter.store.projections import stored_seq
from callcenter.store.writer import Writer

PHASES_S = 6.0  # how long a call lasts here, so that a short measurement sees whole ones


def story(number: int, at: float) -> list[ev.AnyEvent]:
    """Menu, queue, offer, talk, survey, wrap-up: 22 events of one call, `PHASES_S` from first to last."""
    i, queue, agent = f"w-{int(at)}-{number}", f"queue-{number % QUEUES:02}", str(8001 + number * 7 % AGENTS)
    t, call, of = at, {"interaction": i}, {"interaction": i, "agent": agent}
    caller = f"+8613{number % 200_000:09}"
    offer = {"offer": f"{i}o", **of}
    survey = {"survey": "rating", "queue": queue, **of}
    arrived = {"channel": i, "caller": caller, "caller_name": "", "dialled": f"+8640080010{number % NUMBERS:02}"}
    return [
        ev.CallArrived(at=t, language="zh-CN", **arrived, **call),
        ev.FlowStarted(at=t, flow="main", version=1, session={}, **call),
        ev.FlowStepped(at=t + 0.1, node="menu", session={}, path=("welcome", "menu"), **call),
        ev.KeyPressed(at=t + 1, flow="main", node="menu", key="1", valid=True, **call),
        ev.FlowEnded(at=t + 1, flow="main", result="queue", path=("step-1",), **call),
        ev.QueueEntered(at=t + 1, queue=queue, entered_at=t + 1, **call),
        ev.OfferMade(at=t + 1, device="web", queue=queue, lease_until=t + 30, **offer),
        ev.OfferRang(at=t + 1.2, **offer),
        ev.OfferAccepted(at=t + 2, channel="a", **offer),
        ev.QueueLeft(at=t + 2, queue=queue, reason="answered", waited_s=1.0, **call),
        ev.Connected(at=t + 2, device="web", queue=queue, waited_s=1.0, **offer),
        ev.RecordingExpected(at=t + 2, file=f"{i}.raw", **call),
        ev.NoteWritten(at=t + 3, note="", disposition=f"reason-{number % 10}", **of),
        ev.TalkEnded(at=t + 4, by="agent", talk_s=2.0, hold_s=0.0, **of),
        ev.WrapUpBegan(at=t + 4, queue=queue, until=t + 60, **of),
        ev.SurveyOffered(at=t + 4, **survey),
        ev.FlowStarted(at=t + 4, flow="rating", version=1, session={}, **call),
        ev.SurveyAnswered(at=t + 5, question="satisfied", key="1", score=5.0, satisfied=True, **survey),
        ev.FlowEnded(at=t + 5, flow="rating", result="hangup", **call),
        ev.CallEnded(at=t + 5, by="flow", cause=16, phase="survey", answered=True, **call),
        ev.RecordingStored(at=t + 5.5, file=f"{i}.wav", duration_s=2.0, bytes=32_044, sha256="ab", **call),
        ev.WrapUpEnded(at=t + 6, by="self", wrap_up_s=2.0, **of),
    ]


def due(calls: int, pace_s: float, begin_at: float) -> Iterator[ev.AnyEvent]:
    """The events of so many calls, one every `pace_s`, in the order of time."""
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


class Load:
    """Writes `rate` calls a second from `start` to `stop`, paced by the clock. `behind_s`: the writer's greatest
    lag."""

    def __init__(self, db: sa.Engine, rate: float) -> None:
        self._db, self._rate = db, rate
        self._folder = Path(tempfile.mkdtemp(prefix="load-"))
        self._journal = Journal(self._folder, begin_after=stored_seq(db))
        self._writer = Writer(db, self._journal)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._append, daemon=True)
        self.calls = 0
        self.most_behind = 0

    def start(self) -> None:
        self._writer.start()
        self._thread.start()

    def stop(self) -> bool:
        """False: the writer had not stored everything within a minute."""
        self._ending.set()
        self._thread.join()
        done = self._writer.stop(60.0)
        self._journal.close()
        shutil.rmtree(self._folder)
        return done

    def _append(self) -> None:
        began_at = time.time()
        for event in due(10**9, 1 / self._rate, began_at):
            wait_s = event.at - time.time()
            if wait_s > 0 and self._ending.wait(min(wait_s, 60.0)):
                return
            if self._ending.is_set():
                return
            self._journal.append([event])
            self.calls += isinstance(event, ev.CallEnded)
            self.most_behind = max(self.most_behind, self._writer.status().behind)


def ingest(db: sa.Engine, calls: int) -> float:
    """Calls a second that the writer brings into the database, all of them durable: as fast as it goes."""
    with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
        journal = Journal(Path(folder) / "journal", begin_after=stored_seq(db))
        for event in due(calls, 0.02, time.time()):
            journal.append([event])
        journal.sync()
        writer = Writer(db, journal)
        began = time.monotonic()
        writer.start()
        writer.stop(1200.0)
        took_s = time.monotonic() - began
        journal.close()
    return calls / took_s
