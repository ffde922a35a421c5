"""What the demo has had since a database was set up: numbers with their flows are laid beside what is there.

Nothing that is there is changed. A flow counts as new when the database has never had a version of it, and a number
comes with its flow alone: a number that somebody took away, or led elsewhere, stays as it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from callcenter.calls.problems import DEFAULT_MUSIC, problems
from callcenter.ivr.parse import FlowError
from callcenter.preparation.flows import FlowFile, flow_files, named_texts, read_flows
from callcenter.store import documents

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.calls.centre import Centre, Number

BY = "setup"


def add_missing(db: sa.Engine, demo: Centre) -> list[str]:
    """The numbers that were laid. `demo`: the demo's centre as it is today."""
    current = documents.current_centre(db)
    assert current is not None
    wanted = list(_missing(db, current.document, demo))
    found = _readable(db, current.document, wanted) if wanted else {}
    served = [number for number in wanted if number.flow in found]
    extended = replace(current.document, numbers=(*current.document.numbers, *served))
    if not served or not _sound(current.document, extended, frozenset({*documents.current_flows(db), *found})):
        return []
    for each in found.values():
        if not documents.newest_version(db, each.flow.id):
            documents.save_flow(db, each.flow.id, each.source, BY, 0, time.time())
    documents.save_centre(db, extended, BY, current.version, time.time())
    return [number.number for number in served]


def _missing(db: sa.Engine, centre: Centre, demo: Centre) -> Iterator[Number]:
    taken = {each.number for each in centre.numbers} | {each.number for each in centre.rooms}
    for number in demo.numbers:
        if number.number not in taken and not documents.newest_version(db, number.flow):
            yield number


def _readable(db: sa.Engine, centre: Centre, numbers: list[Number]) -> Mapping[str, FlowFile]:
    """The flows of these numbers and those that they call, by id; none where something is not there any more."""
    published = {flow: each.source for flow, each in documents.current_flows(db).items()}
    try:
        files = {each.flow.id: each for each in read_flows(flow_files(), centre, named_texts(), published)}
    except FlowError:
        return {}
    wanted, open_ = set[str](), [number.flow for number in numbers]
    while open_:
        flow = open_.pop()
        if flow in files and flow not in wanted:
            wanted.add(flow)
            open_ += files[flow].flow.calls()
    return {flow: files[flow] for flow in sorted(wanted)}


def _sound(before: Centre, after: Centre, flows: frozenset[str]) -> bool:
    """Whether the numbers bring no mistake with them that was not there."""
    music = DEFAULT_MUSIC | {queue.music for queue in after.queues}
    return set(problems(after, flows, music)) <= set(problems(before, flows, music))
