"""All flows at a glance."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.ivr.outline import Examined
from callcenter.ivr.plain import Plain
from callcenter.store import documents, flow_drafts, flow_ways
from callcenter.web import flow_shapes as shapes
from callcenter.web.flow_desk import desk_of, known
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit


def midnight(now: float, zone: str) -> float:
    """When the day of `now` began, in seconds since the epoch."""
    return datetime.fromtimestamp(now, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


async def listed(visit: Visit) -> shapes.FlowList:
    store, now = store_of(visit), desk_of(visit).clock()
    centre = (await visit.services.archive.centre()).document
    versions, drafts = await store.run(documents.current_flows), await store.run(flow_drafts.drafts)
    runs = await store.run(flow_ways.runs_of_flows, midnight(now, centre.zone), now + 1)
    may_name = await known(visit)

    def read(source: str, flow: str) -> Examined:
        return desk_of(visit).examined(source, flow, may_name)

    def entries() -> tuple[shapes.FlowEntry, ...]:
        ids = sorted({*versions, *drafts})
        return tuple(
            _entry(flow, versions.get(flow), drafts.get(flow), runs.get(flow, 0), centre, read) for flow in ids
        )

    return shapes.FlowList(flows=await asyncio.to_thread(entries))


def _entry(
    flow: str,
    version: documents.FlowVersion | None,
    draft: flow_drafts.FlowDraft | None,
    runs: int,
    centre: Centre,
    read: Callable[[str, str], Examined],
) -> shapes.FlowEntry:
    published = read(version.source, flow) if version else None
    drafted = read(draft.source, flow) if draft else None
    shown = published or drafted
    return shapes.FlowEntry(
        id=flow,
        name=_name(flow, shown),
        published=published_as(version) if version else None,
        draft=_state(draft, drafted) if draft and drafted else None,
        nodes=len(shown.outline.nodes) if shown and shown.outline else 0,
        defects=len(published.problems) if published else 0,
        calls_today=runs,
        used_by=tuple(dict.fromkeys(_uses(centre, flow))),
    )


def published_as(version: documents.FlowVersion | flow_drafts.PastVersion) -> shapes.PublishedFlow:
    return shapes.PublishedFlow(
        version=version.version, saved_by=version.saved_by, saved_at=version.saved_at, note=version.note
    )


def _state(draft: flow_drafts.FlowDraft, found: Examined) -> shapes.DraftState:
    return shapes.DraftState(
        base_version=draft.base_version,
        revision=draft.revision,
        changed_by=draft.changed_by,
        changed_at=draft.changed_at,
        defects=len(found.problems),
    )


def _uses(centre: Centre, flow: str) -> Iterator[str]:
    """What of the centre leads callers there: `number +862155550100`, `survey support`, `queue support`, `rule a`."""
    yield from (f"number {number.number}" for number in centre.numbers if number.flow == flow)
    for queue in centre.queues:
        if queue.survey == flow:
            yield f"survey {queue.id}"
        if any(to.to == "flow" and to.id == flow for to in queue.destinations().values()):
            yield f"queue {queue.id}"
    yield from (f"rule {rule.id}" for rule in centre.rules if rule.to.to == "flow" and rule.to.id == flow)


def _name(flow: str, found: Examined | None) -> Text:
    """As it is written; the id where there is none."""
    name: Plain = found.outline.name if found and found.outline else {}
    told = name if isinstance(name, dict) else {}
    return Text(zh=str(told.get("zh-CN") or flow), en=str(told.get("en") or flow))
