"""The stretches of time behind the figures of agents: who may see the figure may see them."""

from typing import Any

import msgspec
import sqlalchemy

from callcenter.calls.languages import Text
from callcenter.store.bounded import TooSlow, run
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.result import Asked
from callcenter.store.reports.time_behind import Stretch, TimePage, time_behind
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.report_time_shapes import CountedStretch, CountedTime, ReportTimeQuery, TimeOfAgent
from callcenter.web.reports_api import of_step, question_of, refusal_of
from callcenter.web.store_door import reports_of
from callcenter.web.visit import Visit

times = Endpoints("reports")

_REPORT = "agents"


@times.get("/reports/{name}/time", needs="see_figures", words=("no_such_report", "bad_report", "report_too_slow"))
async def time(visit: Visit, query: ReportTimeQuery) -> CountedTime:
    """The stretches behind a figure of agents' time."""
    of, question, _ = await question_of(visit, query)
    if of.name != _REPORT:
        text = Text(
            zh=f"只有报表 {_REPORT} 的时间可以展开", en=f"only the times of the report {_REPORT} can be shown"
        )
        raise ApiError("bad_report", text, field="figure")
    try:
        question = of_step(question, query.begins_at, query.ends_at)
        page = await reports_of(visit).run(run, _behind, question, query)
    except TooSlow as error:
        raise ApiError("report_too_slow") from error
    except BadReport as error:
        raise refusal_of(error) from error
    return told(question, page)


def told(question: Asked, page: TimePage) -> CountedTime:
    return CountedTime(
        from_at=question.period.from_at,
        to_at=question.period.to_at,
        value=page.value,
        agents=tuple(TimeOfAgent(agent=each.agent, value=each.value) for each in page.agents),
        stretches=tuple(map(_told, page.stretches)),
        next=page.next,
    )


def _behind(db: sqlalchemy.Engine, question: Asked, query: ReportTimeQuery) -> TimePage:
    """Raises BadReport."""
    return time_behind(db, question, query.figure, query.pause_reason, query.limit, query.after)


def _told(stretch: Stretch) -> CountedStretch:
    fields: dict[str, Any] = msgspec.structs.asdict(stretch)
    return CountedStretch(call=fields.pop("interaction"), **fields)
