"""Which recordings the centre's retention rules delete at a moment."""

import msgspec
import sqlalchemy as sa

from callcenter.calls.recording import Direction, RecordingPolicy, retention
from callcenter.store import kept_recordings as ledger
from callcenter.store.kept_recordings import Told

DAY_S = 86_400
DIRECTIONS: dict[str, Direction] = {"inbound": "in", "outbound": "out", "callback": "callback"}


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    call_id: str
    file: str
    bytes: int
    rule: str
    ended_at: float


def doomed(db: sa.Engine, policy: RecordingPolicy, now: float) -> list[Doomed]:
    """By call id; held and deleted recordings are not in it."""
    days = [rule.days for rule in policy.retention if rule.days]
    if not days:
        return []
    found, after = list[Doomed](), ""
    while some := ledger.deletable(db, now - min(days) * DAY_S, after):
        found += [one for told in some if (one := _doom(policy, told, now))]
        after = some[-1].call_id
    return found


def _doom(policy: RecordingPolicy, told: Told, now: float) -> Doomed | None:
    days, rule = retention(policy, told.queue, DIRECTIONS.get(told.direction, "in"), told.outcome)
    if not days or told.ended_at is None or told.ended_at >= now - days * DAY_S:
        return None
    kept = told.kept
    size, file = (kept.bytes, kept.file) if kept else (told.bytes, told.file)
    return Doomed(call_id=told.call_id, file=file, bytes=size, rule=f"{rule}: {days} d", ended_at=told.ended_at)
