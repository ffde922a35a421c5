"""All flows at a glance."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.flow_uses import uses_of_flow
from callcenter.calls.languages import Text
from callcenter.ivr.outline import DrawnNode, Examined, title_of
from callcenter.ivr.plain import Plain
from callcenter.store import documents, flow_drafts, flow_retirements, flow_ways
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
    gone = await store.run(flow_retirements.retirements)
    last = {flow: await store.run(documents.flow, flow, each.version) for flow, each in gone.items()}
    runs = await store.run(flow_ways.runs_of_flows, midnight(now, centre.zone), now + 1)
    may_name = await known(visit)

    def read(source: str, flow: str) -> Examined:
        return desk_of(visit).examined(source, flow, may_name)

    def entries() -> tuple[shapes.FlowEntry, ...]:
        called = _called(versions, read)
        ids = sorted({*versions, *drafts, *gone})
        found = (
            _entry(flow, versions.get(flow) or last.get(flow), drafts.get(flow), gone.get(flow), read) for flow in ids
        )
        return tuple(
            msgspec.structs.replace(
                each, calls_today=runs.get(each.id, 0), used_by=(*_uses(centre, each.id), *called.get(each.id, ()))
            )
            for each in found
        )

    return shapes.FlowList(flows=await asyncio.to_thread(entries))


async def titles(visit: Visit) -> shapes.NodeTitles:
    versions, may_name = await store_of(visit).run(documents.current_flows), await known(visit)

    def read() -> shapes.NodeTitles:
        drawn = {flow: desk_of(visit).examined(each.source, flow, may_name) for flow, each in versions.items()}
        return shapes.NodeTitles(
            names={flow: _name(flow, found) for flow, found in drawn.items()},
            flows={flow: _titles(found.outline.nodes) for flow, found in drawn.items() if found.outline},
        )

    return await asyncio.to_thread(read)


def _titles(nodes: Iterable[DrawnNode]) -> dict[str, Text]:
    return {node.id: title for node in nodes if (title := title_of(node))}


def _entry(
    flow: str,
    version: documents.FlowVersion | None,
    draft: flow_drafts.FlowDraft | None,
    gone: flow_retirements.Retirement | None,
    read: Callable[[str, str], Examined],
) -> shapes.FlowEntry:
    published = read(version.source, flow) if version else None
    drafted = read(draft.source, flow) if draft else None
    shown = published or drafted
    return shapes.FlowEntry(
        id=flow,
        name=_name(flow, shown),
        published=published_as(version) if version and not gone else None,
        retired=retired_as(gone) if gone else None,
        draft=_state(draft, drafted) if draft and drafted else None,
        nodes=len(shown.outline.nodes) if shown and shown.outline else 0,
        defects=len(published.problems) if published and not gone else 0,
        calls_today=0,
        used_by=(),
    )


def _uses(centre: Centre, flow: str) -> tuple[str, ...]:
    """As `number +862155550100`, `survey support`, `queue support`, `rule vip`."""
    return tuple(f"{what} {which}" for what, which in uses_of_flow(centre, flow))


def _called(
    versions: Mapping[str, documents.FlowVersion], read: Callable[[str, str], Examined]
) -> dict[str, list[str]]:
    """By flow, the others in force that call it, as `flow hotline`."""
    found: dict[str, list[str]] = {}
    for flow, version in versions.items():
        calling = read(version.source, flow).flow
        for called in sorted(calling.calls()) if calling else ():
            found.setdefault(called, []).append(f"flow {flow}")
    return found


def retired_as(one: flow_retirements.Retirement) -> shapes.RetiredFlow:
    return shapes.RetiredFlow(
        version=one.version, retired_by=one.retired_by, retired_at=one.retired_at, note=one.note
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


def _name(flow: str, found: Examined | None) -> Text:
    """As it is written; the id where there is none."""
    name: Plain = found.outline.name if found and found.outline else {}
    told = name if isinstance(name, dict) else {}
    return Text(zh=str(told.get("zh-CN") or flow), en=str(told.get("en") or flow))
