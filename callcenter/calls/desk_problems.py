"""What is wrong with the parts of a centre document that shape desk and floor. Part of `problems`."""

import re
from collections.abc import Iterator

from callcenter.calls.centre import Centre, Disposition, MailboxSettings
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
            known = ", ".join(sorted(by_id)) or "none"
            yield Problem(path, f"there is no disposition {each.parent!r}; known: {known}")
        elif _goes_round(each, by_id):
            yield Problem(path, f"{each.id!r} is below itself; name another parent, or none")


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
                yield Problem(f"roles[{i}].grants.{permission}", "concerns nobody in particular; allowed: all")
        for permission in sorted(KEPT.get(role.id, ())):
            if role.grants.get(permission) != "all":
                message = f"cannot be taken from {role.id}, or nobody could give it back; allowed: all"
                yield Problem(f"roles[{i}].grants.{permission}", message)


def _rooms(centre: Centre) -> Iterator[Problem]:
    agents = {agent.id for agent in centre.agents}
    numbers = {number.number for number in centre.numbers}
    taken: set[str] = set()
    for i, room in enumerate(centre.rooms):
        path = f"rooms[{i}].number"
        if room.number in agents:
            yield Problem(path, f"{room.number} is an agent's id; name a number that is free")
        if room.number in numbers:
            yield Problem(path, f"{room.number} is a hotline's number; name a number that is free")
        if room.number in taken:
            yield Problem(path, f"{room.number} is another room's number; name a number that is free")
        taken.add(room.number)


def _pages(centre: Centre) -> Iterator[Problem]:
    for i, page in enumerate(centre.pages):
        for name in _PLACEHOLDER.findall(page.url):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                yield Problem(f"pages[{i}].url", f"there is no placeholder {{{name}}}; known: {known}")


def _alerts(centre: Centre) -> Iterator[Problem]:
    queues = {queue.id for queue in centre.queues}
    for i, alert in enumerate(centre.alerts):
        if alert.queue and alert.queue not in queues:
            known = ", ".join(sorted(queues)) or "none"
            yield Problem(f"alerts[{i}].queue", f"there is no queue {alert.queue!r}; known: {known}")
        if alert.kind == "service_level" and alert.limit > 100:
            yield Problem(f"alerts[{i}].limit", f"{alert.limit:g} percent; allowed: 0 to 100")


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
            yield Problem(f"{path}.number", f"{mailbox.number} is another mailbox's number; name one that is free")


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
            known = ", ".join(sorted(trunks)) or "none"
            yield Problem(path, f"there is no trunk {trunk!r}; known: {known}")
