"""Whether Twilio can run the flows of the numbers that are given to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from callcenter.calls.centre import Centre
from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Text
from callcenter.calls.problem import Problem
from callcenter.ivr.known import alone_at_host, known_of
from callcenter.ivr.outline import examine
from callcenter.ivr.subflows import with_subflows
from callcenter.store import documents
from callcenter.web.flow_desk import desk_of
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit


async def unfit_numbers(visit: Visit, document: Centre) -> tuple[Problem, ...]:
    """Where there is no way to our own telephone: what in their flows needs one, by name."""
    if desk_of(visit).brings or not any(number.host for number in document.numbers):
        return ()
    flows = await store_of(visit).run(documents.current_flows)
    sources = {flow: each.source for flow, each in flows.items()}
    return await asyncio.to_thread(lambda: tuple(_unfit(document, sources, desk_of(visit).texts())))


def _unfit(document: Centre, sources: Mapping[str, str], texts: Mapping[str, Text]) -> Iterator[Problem]:
    known = with_subflows(known_of(document, frozenset(sources), texts), sources)
    known = alone_at_host(known, document)
    for i, number in enumerate(document.numbers):
        interface = (known.subflows or {}).get(number.flow)
        for flow in (number.flow, *sorted(interface.calls if interface else ())) if number.host else ():
            for problem in examine(sources.get(flow, ""), flow, known).problems:
                text = Text(zh=f"流程“{flow}”{problem.placed.zh}", en=str(problem))
                yield Problem(f"numbers[{i}].host", Complaint("unfit_flow", text))
