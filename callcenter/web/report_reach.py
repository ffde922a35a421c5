"""Which part of a report is somebody's to see: as far as the permission that it names reaches. Pure."""

import msgspec

from callcenter.reporting.catalogue import Definition
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.result import Asked
from callcenter.web.access import Access
from callcenter.web.errors import ApiError


def reach(access: Access, of: Definition) -> frozenset[str] | None:
    """The queues or agents the report may tell of; None: all, empty: it is not the reader's to see.

    Whoever sees the own calls alone sees reports about agents, narrowed to the own.
    """
    agents = access.agents(of.reach)
    if agents is None:
        return None
    if of.about == "agents":
        return agents
    own_only = access.scope_of(of.reach) == "own"
    return frozenset() if of.about == "centre" or own_only else access.queues(of.reach)


def narrowed(access: Access, of: Definition, asked: Asked) -> tuple[Asked, tuple[str, ...] | None]:
    """Raises ApiError `forbidden` when more is asked for by name than there is to see."""
    allowed = reach(access, of)
    if allowed is None:
        return asked, None
    if not allowed:
        raise ApiError("forbidden", f"the report {of.name} tells of calls that this role may not see")
    field = "agents" if of.about == "agents" else "queues"
    wanted: tuple[str, ...] = getattr(asked.filters, field)
    if beyond := set(wanted) - allowed:
        raise ApiError("forbidden", f"{field}: {', '.join(sorted(beyond))} is not yours to see", field=field)
    kept = wanted or tuple(sorted(allowed))
    return msgspec.structs.replace(asked, filters=_with(asked.filters, field, kept)), kept


def _with(filters: Filters, field: str, kept: tuple[str, ...]) -> Filters:
    return msgspec.structs.replace(filters, **{field: kept})
