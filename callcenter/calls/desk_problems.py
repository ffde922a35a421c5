"""What is wrong with the parts of a centre document that shape desk and floor. Part of `problems`."""

import re
from collections.abc import Collection, Iterator

from callcenter.calls.centre import Centre, Disposition, MailboxSettings
from callcenter.calls.centre_mistakes import mistake
from callcenter.calls.complaint import Complaint
from callcenter.calls.problem import Problem
from callcenter.calls.rights import KEPT, WITH_SCOPE

PLACEHOLDERS = ("caller", "customer", "agent", "queue", "interaction", "tier", "dialled")
_PLACEHOLDER = re.compile(r"{([^{}]*)}")


def desk_problems(centre: Centre, trunks: frozenset[str] | None) -> Iterator[Problem]:
    """`trunks`: their names; None: not known here, and not checked."""
    yield from _dispositions(centre)
    yield from _roles(centre)
    yield from _rooms(centre)
    yield from _pages(centre)
    yield from _alerts(centre)
    yield from _mailbox_numbers(centre)
    if trunks is not None:
        yield from _trunks(centre, trunks)


def _dispositions(centre: Centre) -> Iterator[Problem]:
    by_id = {each.id: each for each in centre.dispositions}
    for i, each in enumerate(centre.dispositions):
        path = f"dispositions[{i}].parent"
        if each.parent and each.parent not in by_id:
            yield Problem(path, unknown("disposition", each.parent, by_id))
        elif _goes_round(each, by_id):
            yield Problem(path, mistake("below_itself", id=each.id))


def _goes_round(entry: Disposition, by_id: dict[str, Disposition]) -> bool:
    above, seen = entry.parent, {entry.id}
    while above in by_id and above not in seen:
        seen.add(above)
        above = by_id[above].parent
    return above == entry.id


def _roles(centre: Centre) -> Iterator[Problem]:
    for i, role in enumerate(centre.roles):
        for permission, scope in role.grants.items():
            if permission not in WITH_SCOPE and scope != "all":
                yield Problem(f"roles[{i}].grants.{permission}", mistake("concerns_nobody"))
        for permission in sorted(KEPT.get(role.id, ())):
            if role.grants.get(permission) != "all":
                yield Problem(f"roles[{i}].grants.{permission}", mistake("kept_right", role=role.id))


def _rooms(centre: Centre) -> Iterator[Problem]:
    agents = {agent.id for agent in centre.agents}
    numbers = {number.number for number in centre.numbers}
    taken: set[str] = set()
    for i, room in enumerate(centre.rooms):
        path = f"rooms[{i}].number"
        if room.number in agents:
            yield Problem(path, mistake("agents_id", number=room.number))
        if room.number in numbers:
            yield Problem(path, mistake("hotlines_number", number=room.number))
        if room.number in taken:
            yield Problem(path, mistake("rooms_number", number=room.number))
        taken.add(room.number)


def _pages(centre: Centre) -> Iterator[Problem]:
    for i, page in enumerate(centre.pages):
        for name in _PLACEHOLDER.findall(page.url):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                yield Problem(f"pages[{i}].url", mistake("unknown_placeholder", name=name, names=known))


def _alerts(centre: Centre) -> Iterator[Problem]:
    queues = {queue.id for queue in centre.queues}
    for i, alert in enumerate(centre.alerts):
        if alert.queue and alert.queue not in queues:
            yield Problem(f"alerts[{i}].queue", unknown("queue", alert.queue, queues))
        if alert.kind == "service_level" and alert.limit > 100:
            yield Problem(f"alerts[{i}].limit", mistake("percent", limit=f"{alert.limit:g}"))


def _mailboxes(centre: Centre) -> Iterator[tuple[str, MailboxSettings, str]]:
    """(path, settings, id) of every one."""
    for i, agent in enumerate(centre.agents):
        yield f"agents[{i}].mailbox", agent.mailbox, agent.id
    for i, queue in enumerate(centre.queues):
        yield f"queues[{i}].mailbox", queue.mailbox, queue.id


def _mailbox_numbers(centre: Centre) -> Iterator[Problem]:
    taken = {agent.id: agent.id for agent in centre.agents}
    for path, mailbox, owner in _mailboxes(centre):
        if taken.setdefault(mailbox.number or owner, owner) != owner:
            yield Problem(f"{path}.number", mistake("mailboxes_number", number=mailbox.number))


def _trunks(centre: Centre, trunks: frozenset[str]) -> Iterator[Problem]:
    named = [(f"outbound.numbers[{i}].trunk", each.trunk) for i, each in enumerate(centre.outbound.numbers)]
    named += [
        (f"queues[{i}].callback.trunk", queue.callback.trunk)
        for i, queue in enumerate(centre.queues)
        if queue.callback
    ]
    named += [(f"{path}.notice.trunk", mailbox.notice.trunk) for path, mailbox, _ in _mailboxes(centre)]
    for path, trunk in named:
        if trunk and trunk not in trunks:
            yield Problem(path, unknown("trunk", trunk, trunks))


def unknown(what: str, name: str, known: Collection[str]) -> Complaint:
    """`what`: its word in `centre_mistakes`."""
    names = ", ".join(sorted(known)) or mistake.phrase("nothing")
    return mistake("unknown" if name else "choose", what=mistake.phrase(what), name=name, names=names)
