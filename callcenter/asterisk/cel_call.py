"""One call as CEL tells it: rows go in, a summary comes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from callcenter.asterisk.reading import cause_of, endpoint_of, seconds, shown_name
from callcenter.calls.centre import agent_device
from callcenter.calls.numbers import cleaned
from callcenter.calls.signals import CallFromCel, CelTalk


@dataclass(frozen=True)
class CelRow:
    """`event` is CEL's type, or the name of our own event. `extra` is decoded, and empty when it is no JSON."""

    event: str
    at: float
    channel: str
    account: str
    name: str
    caller: str
    caller_name: str
    extra: Mapping[str, object]

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "CelRow":
        """ValueError for a row without a type, a time or a channel."""
        if not (fields["eventtype"] and fields["uniqueid"]):
            raise ValueError("a row without a type or a channel")
        return cls(
            event=fields["userdeftype"] or fields["eventtype"],
            at=float(fields["eventtime"]),
            channel=fields["uniqueid"],
            account=fields["accountcode"],
            name=fields["channame"],
            caller=cleaned(fields["num"]),
            caller_name=shown_name(fields["name"]),
            extra=_decoded(fields["eventextra"]),
        )

    def text(self, key: str) -> str:
        return str(self.extra.get(key, ""))


class CelCall:
    """`offset` is where its first row stands in the file."""

    def __init__(self, arrived: CelRow, arrived_at: float, offset: int) -> None:
        self.interaction = arrived.account
        self.arrived_at = arrived_at
        self.offset = offset
        self._arrived = arrived
        self._last_at = arrived.at
        self._ended_at = 0.0
        self._queue, self._queued_at = "", 0.0
        self._recording = ""
        self._ended_by: Literal["caller", "agent", "system"] = "system"
        self._cause = 41  # Q.850 temporary failure: what is left when no end was written
        self._talks: list[CelTalk] = []
        self._talking: dict[str, tuple[CelRow, float]] = {}

    @property
    def is_over(self) -> bool:
        """The customer's channel has ended, and every agent's has left its bridge."""
        return bool(self._ended_at) and not self._talking

    def take(self, row: CelRow) -> None:
        self._last_at = max(self._last_at, row.at)
        if row.event == "CC_FALLBACK":
            queue, _, queued_at = row.text("extra").rpartition("/")
            self._queue, self._queued_at = queue, seconds(queued_at)
        elif row.event == "CC_RECORDING":
            self._recording = row.text("extra")
        elif row.channel == self.interaction:
            self._take_customer(row)
        else:
            self._take_agent(row)

    def _take_customer(self, row: CelRow) -> None:
        if row.event == "HANGUP":
            self._ended_by = _ended_by(row)
            self._cause = cause_of(row.text("hangupcause"))
        elif row.event == "CHAN_END":
            self._ended_at = row.at

    def _take_agent(self, row: CelRow) -> None:
        if row.event == "BRIDGE_ENTER":
            self._talking.setdefault(row.channel, (row, row.at))
        elif row.event in ("BRIDGE_EXIT", "CHAN_END") and row.channel in self._talking:
            self._end_talk(row.channel, row.at)

    def _end_talk(self, channel: str, at: float) -> None:
        row, began_at = self._talking.pop(channel)
        owner = agent_device(endpoint_of(row.name))
        if owner:
            self._talks.append(CelTalk(agent=owner[0], device=owner[1], began_at=began_at, ended_at=at))

    def told(self) -> CallFromCel:
        """The call as far as it was written; what is open ends with the last row."""
        at = self._ended_at or self._last_at
        for channel in list(self._talking):
            self._end_talk(channel, at)
        return CallFromCel(
            at=at,
            interaction=self.interaction,
            caller=self._arrived.caller,
            caller_name=self._arrived.caller_name,
            dialled=cleaned(self._arrived.text("extra")),
            arrived_at=self.arrived_at,
            queue=self._queue,
            queued_at=self._queued_at,
            talks=tuple(self._talks),
            recording=self._recording,
            ended_by=self._ended_by,
            cause=self._cause,
        )


def _ended_by(hangup: CelRow) -> Literal["caller", "agent", "system"]:
    """Whoever sent the BYE; the dialplan, or nobody at all, is the system."""
    source = hangup.text("hangupsource")
    if not source.startswith("PJSIP/"):
        return "system"
    return "agent" if agent_device(endpoint_of(source)) else "caller"


def _decoded(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
