"""Names that a list is narrowed to: of the centre, or of what was there before they left it."""

from callcenter.reporting.questions import known_names, names_former, with_former
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import Filters, check
from callcenter.store.reports.former import former_names
from callcenter.web.errors import ApiError
from callcenter.web.store_door import reports_of
from callcenter.web.visit import Visit


async def check_names(visit: Visit, *, queue: str = "", agent: str = "", disposition: str = "") -> None:
    """Raises ApiError `bad_value` for one that never was; an empty one asks for nothing."""
    asked = {"queues": queue, "agents": agent, "dispositions": disposition}
    known = known_names(visit.access.centre)
    if names_former(asked, known):
        known = with_former(known, await reports_of(visit).run(former_names))
    try:
        check(Filters(queues=_one(queue), agents=_one(agent), dispositions=_one(disposition)), known)
    except BadReport as error:
        raise ApiError("bad_value", error.text, field=error.field.removesuffix("s")) from error


def _one(name: str) -> tuple[str, ...]:
    return (name,) if name else ()
