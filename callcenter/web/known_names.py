"""Names that a list is narrowed to: of the centre, or of what was there before they left it."""

from callcenter.reporting.questions import names_meant
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import Filters, check
from callcenter.web.errors import ApiError
from callcenter.web.store_door import reports_of
from callcenter.web.visit import Visit


async def check_names(visit: Visit, *, queue: str = "", agent: str = "", disposition: str = "") -> None:
    """Raises ApiError `bad_value` for one that never was; an empty one asks for nothing."""
    asked = {"queues": queue, "agents": agent, "dispositions": disposition}
    if not any(asked.values()):
        return
    known = await reports_of(visit).run(names_meant, visit.access.centre, asked)
    try:
        check(Filters(queues=_one(queue), agents=_one(agent), dispositions=_one(disposition)), known)
    except BadReport as error:
        raise ApiError("bad_value", error.text, field=error.field.removesuffix("s")) from error


def _one(name: str) -> tuple[str, ...]:
    return (name,) if name else ()
