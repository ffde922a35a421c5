"""What of the floor belongs to no call: notices, conference rooms, mismatches. Part of `projections`."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.store import tables as t


def keep_floor(connection: sa.Connection, entries: Sequence[ev.Entry]) -> None:
    """Each entry comes just once: what is in the ledger already is passed over before."""
    for entry in entries:
        match entry.event:
            case ev.RoomLeft():
                _left(connection, entry.event)
            case ev.NoticeSent() | ev.NoticeRead() | ev.RoomJoined() | ev.MismatchFound():
                table, row = _row(entry.event)
                connection.execute(table.insert().values({"seq": entry.seq, **row}))


def _left(connection: sa.Connection, event: ev.RoomLeft) -> None:
    c = t.room_stays.c
    stay = (c.channel == event.channel) & (c.room == event.room) & c.left_at.is_(None)
    connection.execute(t.room_stays.update().where(stay).values(left_at=event.at))


def _row(event: ev.NoticeSent | ev.NoticeRead | ev.RoomJoined | ev.MismatchFound) -> tuple[sa.Table, dict[str, Any]]:
    fields = msgspec.structs.asdict(event)
    match event:
        case ev.NoticeSent():
            to = msgspec.json.encode(event.to).decode()
            return t.notices, _without(fields, "notice") | {"id": event.notice, "to": to}
        case ev.NoticeRead():
            return t.notice_reads, fields
        case ev.RoomJoined():
            return t.room_stays, _without(fields, "at") | {"joined_at": event.at}
        case ev.MismatchFound():
            return t.mismatches, _without(fields, "expected")


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}
