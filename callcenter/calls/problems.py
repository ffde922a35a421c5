"""What is wrong with a centre document beyond its shape: references that lead nowhere, ids used twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import msgspec

from callcenter.calls.centre import Centre, Destination, Queue
from callcenter.calls.centre_mistakes import mistake
from callcenter.calls.desk_problems import desk_problems, unknown
from callcenter.calls.problem import Problem as Problem
from callcenter.calls.queues import Place
from callcenter.calls.recording import RecordingRule, RetentionRule

_IDENTIFIED = (
    "skills",
    "groups",
    "agents",
    "staff",
    "queues",
    "tiers",
    "rules",
    "rosters",
    "pause_reasons",
    "dispositions",
    "roles",
    "rooms",
    "pages",
    "alerts",
)
DEFAULT_MUSIC = frozenset({"default"})


class Names(msgspec.Struct, frozen=True):
    """All that may be referred to."""

    flows: frozenset[str]
    music: frozenset[str]
    skills: frozenset[str]
    groups: frozenset[str]
    agents: frozenset[str]
    queues: frozenset[str]
    tiers: frozenset[str]
    rosters: frozenset[str]


def problems(
    centre: Centre,
    flows: frozenset[str],
    music: frozenset[str] = DEFAULT_MUSIC,
    trunks: frozenset[str] | None = None,
) -> Iterator[Problem]:
    """Everything that is wrong, nothing when it is sound. `music`: the classes there are; `trunks`: their names, None
    where they are not known."""
    names = Names(flows, music, *(_ids(centre, kind) for kind in Names.__struct_fields__[2:]))
    for kind in _IDENTIFIED:
        yield from _doubles(kind, [entry.id for entry in getattr(centre, kind)])
    yield from _doubles("numbers", [number.number for number in centre.numbers])
    yield from _doubles("blacklist", [entry.number for entry in centre.blacklist])
    yield from _doubles("outbound.numbers", [entry.number for entry in centre.outbound.numbers])
    yield from _zone("zone", centre.zone)
    yield from _agents(centre, names)
    for i, queue in enumerate(centre.queues):
        yield from _queue(f"queues[{i}]", queue, names)
    for i, number in enumerate(centre.numbers):
        yield from _unknown(f"numbers[{i}].flow", [number.flow], "flow", flows)
    if centre.texts.box is not None:
        yield from _unknown("texts.box", [centre.texts.box], "mailbox", names.queues | names.agents)
    yield from _rules(centre, names)
    yield from _rosters(centre)
    yield from desk_problems(centre, trunks)
    yield from _recording("recording.rules", centre.recording.rules, names)
    yield from _recording("recording.retention", centre.recording.retention, names)


def _ids(centre: Centre, kind: str) -> frozenset[str]:
    return frozenset(entry.id for entry in getattr(centre, kind))


def _recording(path: str, rules: Iterable[RecordingRule | RetentionRule], names: Names) -> Iterator[Problem]:
    for i, rule in enumerate(rules):
        yield from _unknown(f"{path}[{i}].queue", _named(rule.queue), "queue", names.queues)
        if isinstance(rule, RecordingRule):
            yield from _unknown(f"{path}[{i}].agent", _named(rule.agent), "agent", names.agents)


def _agents(centre: Centre, names: Names) -> Iterator[Problem]:
    for i, agent in enumerate(centre.agents):
        yield from _unknown(f"agents[{i}].queues", agent.queues, "queue", names.queues)
        yield from _unknown(f"agents[{i}].groups", agent.groups, "group", names.groups)
        yield from _unknown(f"agents[{i}].skills", agent.skills, "skill", names.skills)
        yield from _unknown(f"agents[{i}].roster", _named(agent.roster), "roster", names.rosters)


def _queue(path: str, queue: Queue, names: Names) -> Iterator[Problem]:
    yield from _unknown(f"{path}.groups", queue.groups, "group", names.groups)
    yield from _unknown(f"{path}.skills", queue.skills, "skill", names.skills)
    yield from _unknown(f"{path}.roster", _named(queue.roster), "roster", names.rosters)
    yield from _unknown(f"{path}.survey", _named(queue.survey), "flow", names.flows)
    yield from _unknown(f"{path}.music", [queue.music], "music", names.music)
    yield from _relaxations(path, queue)
    for where, destination in queue.destinations().items():
        yield from _destination(f"{path}.{where}", destination, names, queue)
    if queue.wrap_up_limit_s < queue.wrap_up_s:
        yield Problem(f"{path}.wrap_up_limit_s", mistake("limit_below_wrap_up", least=queue.wrap_up_s))


def _relaxations(path: str, queue: Queue) -> Iterator[Problem]:
    for i, (before, after) in enumerate(zip(queue.relax, queue.relax[1:], strict=False), start=1):
        if after.after_s <= before.after_s or after.level >= before.level:
            yield Problem(f"{path}.relax[{i}]", mistake("relaxed_backwards"))


def _destination(path: str, to: Destination, names: Names, queue: Queue | None) -> Iterator[Problem]:
    match to.to:
        case "flow":
            yield from _unknown(f"{path}.id", [to.id], "flow", names.flows)
        case "queue":
            yield from _unknown(f"{path}.id", [to.id], "queue", names.queues)
            if queue and to.id == queue.id:
                yield Problem(f"{path}.id", mistake("itself", id=to.id))
        case "agent":
            yield from _unknown(f"{path}.id", [to.id], "agent", names.agents)
            yield from _unknown(f"{path}.queue", [to.queue or ""], "queue", names.queues)
        case "voicemail":
            if to.id or not queue:
                yield from _unknown(f"{path}.id", [to.id], "mailbox", names.queues | names.agents)
        case "callback":
            if queue is None or queue.callback is None:
                yield Problem(path, mistake("no_callback"))
    yield from _superfluous(path, to)


def _superfluous(path: str, to: Destination) -> Iterator[Problem]:
    without_id: tuple[Place, ...] = ("callback", "hang_up")
    if to.id and to.to in without_id:
        yield Problem(f"{path}.id", mistake("no_id", to=to.to))
    if to.queue and to.to != "agent":
        yield Problem(f"{path}.queue", mistake("no_queue", to=to.to))


def _rules(centre: Centre, names: Names) -> Iterator[Problem]:
    dialled = frozenset(number.number for number in centre.numbers)
    for i, rule in enumerate(centre.rules):
        yield from _unknown(f"rules[{i}].dialled", rule.dialled, "number", dialled)
        yield from _unknown(f"rules[{i}].tiers", rule.tiers, "tier", names.tiers)
        yield from _unknown(f"rules[{i}].open", _named(rule.open), "roster", names.rosters)
        yield from _unknown(f"rules[{i}].closed", _named(rule.closed), "roster", names.rosters)
        yield from _destination(f"rules[{i}].to", rule.to, names, None)


def _rosters(centre: Centre) -> Iterator[Problem]:
    for i, roster in enumerate(centre.rosters):
        yield from _zone(f"rosters[{i}].zone", roster.zone)
        for j, day in enumerate(roster.exceptions):
            if day.until and day.until < day.date:
                yield Problem(f"rosters[{i}].exceptions[{j}].until", mistake("before", day=day.date))
    for i, holiday in enumerate(centre.holidays):
        if holiday.until and holiday.until < holiday.date:
            yield Problem(f"holidays[{i}].until", mistake("before", day=holiday.date))


def _zone(path: str, zone: str | None) -> Iterator[Problem]:
    try:
        ZoneInfo(zone or "UTC")
    except (KeyError, ValueError, OSError):
        yield Problem(path, mistake("unknown_zone", zone=zone))


def _named(name: str | None) -> list[str]:
    return [name] if name else []


def _doubles(kind: str, ids: list[str]) -> Iterator[Problem]:
    times = Counter(ids)
    seen: set[str] = set()
    for i, entry_id in enumerate(ids):
        if times[entry_id] > 1 and entry_id in seen:
            yield Problem(f"{kind}[{i}]", mistake("twice", id=entry_id))
        seen.add(entry_id)


def _unknown(path: str, names: Iterable[str], kind: str, known: frozenset[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(path, unknown(kind, name, known))
