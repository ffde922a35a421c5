"""Calls that we begin: an agent who is rung, a customer who is called (back), somebody outside who is asked in.

Each is ordered as a channel whose unique id we choose. What Asterisk tells of that id is what became of the order, in
whatever sequence it tells it: the translation ends the order with the channel, and here it ends without a channel.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Set
from typing import Any

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiConnectionLost, AmiError, AmiTimedOut
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.lines import NO_TRUNK, Line, Lines
from callcenter.asterisk.bridge.moves import LINK_BACK_WITHIN_S
from callcenter.asterisk.bridge.ordered import Result, came_to_nothing
from callcenter.asterisk.bridge.originations import ACTION, Order, agent_order, customer_order, outside_order
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.commands import CallCustomer, CallOutside, RingAgent
from callcenter.calls.signals import Signal

log = logging.getLogger(__name__)

# What Asterisk says of an order may overtake what it says of the channel, and what it writes down of it.
SETTLES_WITHIN_S = 0.5
# Asterisk's own numbers of what ended an order: hung up, ringing until now, busy; nothing to call, congestion.
_REASONS: dict[str, Result] = {
    **dict.fromkeys(("1", "3"), "no_answer"),
    "5": "busy",
    **dict.fromkeys(("0", "8"), "unreachable"),
}


class OutgoingCalls:
    """`lines` and `legs` are those of the moment; `tell` receives the failures; `now` gives their time.

    `read_up` tells of the calls that went unheard, these channels among them: no order has failed before all is read
    that was written of it.
    """

    def __init__(
        self,
        client: AmiClient,
        sounds: Sounds,
        lines: Callable[[], Lines],
        legs: Callable[[], Legs],
        tell: Callable[[Signal], None],
        now: Callable[[], float],
        read_up: Callable[[Set[str]], Awaitable[None]],
    ) -> None:
        self._client = client
        self._sounds = sounds
        self._lines = lines
        self._legs = legs
        self._tell = tell
        self._now = now
        self._read_up = read_up
        self._tasks: set[asyncio.Task[None]] = set()

    def ring(self, command: RingAgent) -> None:
        """Raises ValueError, naming the field."""
        # Not the interaction first: Asterisk makes no channel whose id is the beginning of another's.
        self._begin(agent_order(command, f"a{secrets.token_hex(4)}-{command.interaction}", self._sounds))

    def call(self, command: CallCustomer) -> None:
        """Raises ValueError, naming the field. Without such a trunk nobody can be reached."""
        line = self._lines().named(command.trunk)
        self._begin_over(line, command.trunk, customer_order(command, line or Line(NO_TRUNK)))

    def call_outside(self, command: CallOutside) -> None:
        """As `call`."""
        line = self._lines().named(command.trunk)
        self._begin_over(line, command.trunk, outside_order(command, line or Line(NO_TRUNK)))

    def _begin_over(self, line: Line | None, trunk: str, order: Order) -> None:
        if line is not None:
            self._begin(order)
            return
        log.error("%s is not called: there is no trunk %r", order.channel, trunk)
        self._tell(came_to_nothing(order.ordered, "unreachable", self._now()))

    def said(self, event: AmiMessage) -> None:
        """OriginateResponse: a failure counts when no channel has told, or tells soon, of a better reason."""
        name = event.text("actionid").removeprefix(ACTION)
        if event.text("response") == "Failure" and name in self._legs().ordered:
            result = _REASONS.get(event.text("reason"), "failed")
            self._soon(self._give_up_later(frozenset({name}), result))

    def reconcile(self, before: Legs, after: Legs) -> None:
        """After a snapshot: orders go on, and those whose channel came and went unseen have come to nothing."""
        after.ordered.update(before.ordered)
        after.ordered.update({leg.channel: leg.ordered for leg in before.by_channel.values() if leg.ordered})
        for leg in after.by_channel.values():
            after.ordered.pop(leg.channel, None)
        if after.ordered:
            self._soon(self._give_up_later(frozenset(after.ordered), "failed"))

    def known_from_elsewhere(self, interaction: str) -> None:
        """This call was told, complete, by somebody else: nothing is to be said of its order."""
        self._legs().ordered.pop(interaction, None)
        leg = self._legs().by_channel.get(interaction)
        if leg is not None:
            leg.ordered = None

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, order: Order) -> None:
        self._legs().ordered[order.channel] = order.ordered
        self._soon(self._originate(order))

    async def _originate(self, order: Order) -> None:
        try:
            action = await order.action()
            await self._client.until_connected(LINK_BACK_WITHIN_S)
            await self._client.action("Originate", **action)
        except (AmiTimedOut, AmiConnectionLost) as error:
            log.warning("whether %s is called is not known: %s", order.channel, error)
            await self._give_up_later(frozenset({order.channel}), "failed")
        except (AmiError, ValueError) as error:
            log.warning("%s was not called: %s", order.channel, error)
            self._give_up(order.channel, "failed")

    async def _give_up_later(self, channels: frozenset[str], result: Result) -> None:
        await asyncio.sleep(SETTLES_WITHIN_S)
        if left := channels & self._legs().ordered.keys():
            await self._read_up(left)
        for channel in channels:
            self._give_up(channel, result)

    def _give_up(self, channel: str, result: Result) -> None:
        ordered = self._legs().ordered.pop(channel, None)
        if ordered is not None:
            self._tell(came_to_nothing(ordered, result, self._now()))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
