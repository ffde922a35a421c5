"""Messages that the centre's retention rules let go: the sound is deleted, the entry of the message centre stays.

The rules are those of recordings, by the queue, direction and outcome of the message's call. A call that is held
keeps its message. The file goes first and is then marked as gone: what was cut off in between is done again.
"""

from pathlib import Path

import msgspec
import sqlalchemy as sa

from callcenter.calls.recording import RecordingPolicy, retention
from callcenter.recordings.retention import DAY_S, DIRECTIONS
from callcenter.store import messages
from callcenter.store.messages import Sound


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    """`rule`: the number of the retention rule, and its days."""

    call_id: str
    file: str
    bytes: int
    rule: str


def doomed(db: sa.Engine, policy: RecordingPolicy, now: float) -> list[Doomed]:
    """What the rules delete at this moment."""
    days = [rule.days for rule in policy.retention if rule.days]
    found, after = list[Doomed](), ""
    while days and (some := messages.old_sounds(db, now - min(days) * DAY_S, after)):
        found += [one for sound in some if (one := _doom(policy, sound, now))]
        after = some[-1].call_id
    return found


def purge(db: sa.Engine, folder: Path, policy: RecordingPolicy, now: float) -> int:
    """How many were deleted. Raises OSError when a file cannot be."""
    gone = doomed(db, policy, now)
    for one in gone:
        file = (folder / one.file).resolve()
        if file.is_relative_to(folder.resolve()):
            file.unlink(missing_ok=True)
        messages.sound_deleted(db, one.call_id, now, one.rule)
    return len(gone)


def _doom(policy: RecordingPolicy, sound: Sound, now: float) -> Doomed | None:
    days, rule = retention(policy, sound.queue, DIRECTIONS.get(sound.direction, "in"), sound.outcome)
    if not days or sound.left_at >= now - days * DAY_S:
        return None
    return Doomed(call_id=sound.call_id, file=sound.file, bytes=sound.bytes, rule=f"{rule}: {days} d")
