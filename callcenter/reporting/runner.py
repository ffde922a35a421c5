"""Carries out scheduled reports: makes what is due, hands it over, writes down how it went."""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.reporting import due
from callcenter.reporting.delivery import NotDelivered, deliver
from callcenter.reporting.made import Made, make
from callcenter.reporting.retries import run_again_in_s
from callcenter.reporting.settings import Settings
from callcenter.store import documents, report_runs, schedules
from callcenter.store.report_runs import Run
from callcenter.store.reports.errors import BadReport
from callcenter.store.schedules import Schedule

log = logging.getLogger(__name__)


class Runner:
    """`turn` is called every few seconds, by one process at a time; a moment is begun only once all the same."""

    def __init__(
        self,
        database: sa.Engine,
        settings: Settings,
        alert: Callable[[str], object] = log.error,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._settings = settings
        self._alert = alert
        self._clock = clock

    async def turn(self) -> None:
        await asyncio.to_thread(self._turn)

    def _turn(self) -> None:
        now = self._clock()
        report_runs.give_up_cut_off(self._database, now)
        for schedule in schedules.all_schedules(self._database):
            if schedule.active and (run := self._due(schedule, now)) and report_runs.begin(self._database, run):
                self._carry_out(run)
        for id_ in report_runs.to_try_again(self._database, now):
            if again := report_runs.begin_again(self._database, id_, now, ("waiting",)):
                self._carry_out(again)

    def _due(self, schedule: Schedule, now: float) -> Run | None:
        """The latest moment that no run was for; those before it are only counted."""
        zone = ZoneInfo(_centre(self._database).zone)
        moment = due.latest(schedule, zone, now)
        last = max(schedule.since, report_runs.last_due(self._database, schedule.id) or 0.0)
        if moment <= last:
            return None
        skipped = due.missed_between(schedule, zone, last, moment)
        return new_run(schedule, moment, "", now, skipped)

    def _carry_out(self, run: Run) -> None:
        result, error = self._tried(run)
        again_in = run_again_in_s(run.attempts) if error else None
        now = self._clock()
        again_at = now + again_in if again_in is not None else None
        report_runs.settle(self._database, run.id, now, result=result, error=error, again_at=again_at)
        if error and again_at is None:
            self._alert(f"the scheduled report {run.name} has failed: {error}")

    def _tried(self, run: Run) -> tuple[str, str]:
        """(where it went, what went wrong)."""
        try:
            schedule = schedules.schedule(self._database, run.schedule)
            made = self._made(schedule, run.due_at)
            return deliver(self._database, self._settings, schedule, run, made, self._clock()), ""
        except schedules.UnknownSchedule:
            return "", "the schedule is deleted"
        except (BadReport, NotDelivered) as error:
            return "", str(error)
        except Exception as error:
            log.exception("the scheduled report %s could not be made", run.name)
            return "", f"{type(error).__name__}: {error}"[:500]

    def _made(self, schedule: Schedule, due_at: float) -> Made:
        return make(self._database, _centre(self._database), schedule, due_at, self._clock())


def new_run(schedule: Schedule, due_at: float, by: str, now: float, skipped: int = 0) -> Run:
    return Run(
        id=f"run_{uuid.uuid4().hex}",
        schedule=schedule.id,
        name=schedule.name,
        due_at=due_at,
        by=by,
        state="running",
        attempts=1,
        again_at=None,
        began_at=now,
        ended_at=None,
        result="",
        error="",
        skipped=skipped,
    )


def _centre(database: sa.Engine) -> Centre:
    found = documents.current_centre(database)
    return found.document if found else Centre()
