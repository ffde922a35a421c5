"""About once a minute: is what we hold to be alive alive?

An event that was lost would leave a leg with us for ever. The channels are listed in the session that listens, and
compared a moment later: what Asterisk had said before its answer has been heard by then.
"""

import asyncio
import logging
from collections.abc import Callable

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiError, AmiRefused
from callcenter.asterisk.bridge.legs import Leg, Legs
from callcenter.asterisk.reading import lasting_s
from callcenter.calls import signals
from callcenter.calls.signals import Signal

log = logging.getLogger(__name__)

EVERY_S = 60.0
SETTLES_WITHIN_S = 2.0
_LIST_TIMEOUT_S = 10.0


class Census:
    """`legs` are those of the present link; `gone` is called for each leg that Asterisk does not have."""

    def __init__(
        self,
        client: AmiClient,
        legs: Callable[[], Legs],
        tell: Callable[[Signal], None],
        gone: Callable[[Leg], None],
        now: Callable[[], float],
        settles_within_s: float = SETTLES_WITHIN_S,
    ) -> None:
        self._client = client
        self._legs = legs
        self._tell = tell
        self._gone = gone
        self._now = now
        self._settles_within_s = settles_within_s

    async def take(self) -> None:
        """Tells what was found. Nothing is told when the link broke meanwhile: its snapshot knows better."""
        legs = self._legs()
        before = set(legs.by_channel)
        try:
            rows = await self._client.list_action("CoreShowChannels", timeout_s=_LIST_TIMEOUT_S)
        except AmiError as error:
            log.warning("the channels were not counted: %s", error)
            return
        await asyncio.sleep(self._settles_within_s)
        if self._legs() is not legs:
            return
        listed = {row.text("uniqueid"): row for row in rows}
        for channel in before & legs.by_channel.keys() - listed.keys():
            self._gone(legs.by_channel[channel])
        unknown = tuple(
            (channel, row.text("accountcode"))
            for channel, row in listed.items()
            if channel not in legs.by_channel
            and channel not in before
            and lasting_s(row.text("duration")) >= self._settles_within_s
        )
        alive = tuple({*listed, *legs.by_channel})
        self._tell(signals.Census(at=self._now(), channels=alive, unknown=unknown))

    async def look_at(self, client: AmiClient, leg: Leg) -> None:
        """One channel, at once."""
        try:
            await client.action("Getvar", Channel=leg.channel, Variable="CC_AT")
        except AmiRefused as error:
            if "no such channel" in error.reason.lower():
                self._gone(leg)
        except AmiError as error:
            log.warning("%s was not looked at: %s", leg.channel, error)
