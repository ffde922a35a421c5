"""The router's decisions about a call, and the blacklist's. Part of `call_rows`; pure."""

import msgspec

from callcenter.calls import events as ev
from callcenter.calls.codec import encode
from callcenter.store.rows import BlockedCall, Pick

_TOLD_BY_COLUMNS = ("at", "interaction", "queue")


def pick(call_id: str, entry: ev.Entry) -> Pick | None:
    """None when the entry holds no decision of the router."""
    event = entry.event
    match event:
        case ev.OfferMade(pick=ev.Pick() as made):
            kind, queue, agent, body = "offer", event.queue, event.agent, encode(made)
        case ev.CallbackTried(pick=ev.Pick() as made):
            kind, queue, agent, body = "callback", "", event.agent, encode(made)
        case ev.NoAgentYet():
            kind, queue, agent, body = "waiting", event.queue, "", encode(_rest(event))
        case _:
            return None
    return Pick(call_id=call_id, seq=entry.seq, at=event.at, kind=kind, queue=queue, agent=agent, body=body.decode())


def blocked(call_id: str, entry: ev.Entry) -> BlockedCall | None:
    event = entry.event
    if not isinstance(event, ev.CallBlocked):
        return None
    return BlockedCall(call_id=call_id, seq=entry.seq, at=event.at, number=event.number, reason=event.reason)


def _rest(event: ev.NoAgentYet) -> dict[str, object]:
    fields = msgspec.structs.asdict(event)
    return {name: value for name, value in fields.items() if name not in _TOLD_BY_COLUMNS}
