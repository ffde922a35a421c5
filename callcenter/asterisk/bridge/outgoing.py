"""Calls that we begin: an agent who is rung for a callback, a customer who is called back.

Each is ordered as a channel whose unique id we choose. What Asterisk tells of that id is what became of the order, in
whatever sequence it tells it: the translation ends the order with the channel, and here it ends without a channel.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiConnectionLost, AmiError, AmiTimedOut
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.moves import LINK_BACK_WITHIN_S
from callcenter.asterisk.bridge.ordered import Ordered, Result, came_to_nothing
from callcenter.asterisk.bridge.orders import CHANNEL, DIALLED, NAME, checked, prompt_file
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.asterisk.phones import DEMO_TRUNK
from callcenter.asterisk.settings import Settings
from callcenter.calls.centre import endpoint
from callcenter.calls.commands import CallCustomer, RingAgent
from callcenter.calls.languages import Language
from callcenter.calls.signals import Signal

log = logging.getLogger(__name__)

NUMBER = re.compile(r"\+?[0-9]{2,20}")
ASTERISK_LANGUAGES: dict[Language, str] = {"zh-CN": "zh", "en": "en"}
RING_MOST_S = 300
NO_TRUNK = "none"
AGENT_SEES = "Callback"  # on the telephone, which might refuse a call from nobody
# What Asterisk says of an order may overtake what it says of the channel.
SETTLES_WITHIN_S = 0.5
_ACTION = "call/"
# Asterisk's own numbers of what ended an order: hung up, ringing until now, busy; nothing to call, congestion.
_REASONS: dict[str, Result] = {
    **dict.fromkeys(("1", "3"), "no_answer"),
    "5": "busy",
    **dict.fromkeys(("0", "8"), "unreachable"),
}


@dataclass(frozen=True)
class Line:
    """A trunk to call out on; `caller_number` is shown to whoever is called."""

    name: str
    caller_number: str = ""


def lines(settings: Settings) -> tuple[Line, ...]:
    """The trunks in their order, and last the demo's when its customers can be called."""
    trunks = tuple(Line(trunk.name, trunk.caller_number) for trunk in settings.trunks)
    return (*trunks, Line(DEMO_TRUNK)) if settings.demo and settings.demo_trunk_contact else trunks


@dataclass(frozen=True)
class Order:
    """A channel to be made: AMI's fields, and the stamps of the channel, which hold no comma or line break."""

    channel: str
    ordered: Ordered
    fields: Mapping[str, str]
    stamps: Callable[[], Awaitable[Mapping[str, str]]]


class OutgoingCalls:
    """`legs` are those of the present link; `tell` receives the failures; `now` gives their time."""

    def __init__(
        self,
        client: AmiClient,
        sounds: Sounds,
        lines: tuple[Line, ...],
        legs: Callable[[], Legs],
        tell: Callable[[Signal], None],
        now: Callable[[], float],
    ) -> None:
        self._client = client
        self._sounds = sounds
        self._lines = {line.name: line for line in lines}
        self._legs = legs
        self._tell = tell
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()

    def ring(self, command: RingAgent) -> None:
        """Raises ValueError, naming the field."""
        # Not the interaction first: Asterisk makes no channel whose id is the beginning of another's.
        self._begin(agent_order(command, f"a{secrets.token_hex(4)}-{command.interaction}", self._sounds))

    def call(self, command: CallCustomer) -> None:
        """Raises ValueError, naming the field. Without such a trunk nobody can be reached."""
        line = self._lines.get(checked("trunk", NAME, command.trunk)) if command.trunk else self._usual_line()
        order = customer_order(command, line or Line(NO_TRUNK))
        if line is not None:
            self._begin(order)
        else:
            log.error("%s is not called: there is no trunk %r", order.channel, command.trunk)
            self._tell(came_to_nothing(order.ordered, "unreachable", self._now()))

    def said(self, event: AmiMessage) -> None:
        """OriginateResponse: a failure counts when no channel has told, or tells soon, of a better reason."""
        name = event.text("actionid").removeprefix(_ACTION)
        if event.text("response") == "Failure" and name in self._legs().ordered:
            result = _REASONS.get(event.text("reason"), "failed")
            self._soon(self._give_up_later(frozenset({name}), result))

    def reconcile(self, before: Legs, after: Legs) -> None:
        """After a snapshot: orders go on, and those whose channel came and went unseen have come to nothing."""
        after.ordered.update(before.ordered)
        for leg in before.by_channel.values():
            if leg.ordered and leg.channel not in after.by_channel:
                self._tell(came_to_nothing(leg.ordered, "failed", self._now()))
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

    def _usual_line(self) -> Line | None:
        return next(iter(self._lines.values()), None)

    def _begin(self, order: Order) -> None:
        self._legs().ordered[order.channel] = order.ordered
        self._soon(self._originate(order))

    async def _originate(self, order: Order) -> None:
        try:
            stamps = await order.stamps()
            await self._client.until_connected(LINK_BACK_WITHIN_S)
            await self._client.action("Originate", **_action(order, stamps))
        except (AmiTimedOut, AmiConnectionLost) as error:
            log.warning("whether %s is called is not known: %s", order.channel, error)
            await self._give_up_later(frozenset({order.channel}), "failed")
        except (AmiError, ValueError) as error:
            log.warning("%s was not called: %s", order.channel, error)
            self._give_up(order.channel, "failed")

    async def _give_up_later(self, channels: frozenset[str], result: Result) -> None:
        await asyncio.sleep(SETTLES_WITHIN_S)
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


def agent_order(command: RingAgent, channel: str, sounds: Sounds) -> Order:
    interaction = checked("interaction", NAME, command.interaction)
    device = checked("agent", DIALLED, endpoint(command.agent, command.device))
    fields = {
        "Channel": f"PJSIP/{device}",
        "CallerID": f'"{AGENT_SEES}" <{command.agent}>',
        "Context": "partner",
        "Account": interaction,
        "Timeout": _timeout_ms(command.ring_s),
    }

    async def stamps() -> Mapping[str, str]:
        whisper = await prompt_file("whisper", command.whisper, sounds)
        spoken = ASTERISK_LANGUAGES[command.language]
        return {"CC_ID": interaction, "CC_AT": "partner", "CC_SPOKEN": spoken, "CC_HINT": whisper}

    ordered = Ordered(interaction, command.agent, command.device)
    return Order(checked("interaction", CHANNEL, channel), ordered, fields, stamps)


def customer_order(command: CallCustomer, line: Line) -> Order:
    interaction = checked("interaction", CHANNEL, command.interaction)
    number = checked("number", NUMBER, command.number)
    fields = {
        "Channel": f"PJSIP/{number}@{checked('trunk', NAME, line.name)}",
        "Context": "callback",
        "Account": interaction,
        "Timeout": _timeout_ms(command.ring_s),
    }
    if line.caller_number:
        fields["CallerID"] = f"<{checked('caller_number', NUMBER, line.caller_number)}>"
    given = {
        "__CC_ID": interaction,
        "CC_AT": "callback",
        "CC_NUMBER": number,
        "CC_DNIS": line.caller_number,
        "CC_LANG": command.language,
        "CC_SPOKEN": ASTERISK_LANGUAGES[command.language],
        "CC_QUEUE": checked("queue", NAME, command.queue),
        "CC_ENTRY": f"{command.queued_at:.3f}",
    }

    async def stamps() -> Mapping[str, str]:
        return given

    return Order(interaction, Ordered(interaction), fields, stamps)


def _action(order: Order, stamps: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ActionID": _ACTION + order.channel,
        "ChannelId": order.channel,
        "Async": "true",
        "Exten": "s",
        "Priority": 1,
        **order.fields,
        "Variable": [f"{name}={value}" for name, value in stamps.items() if value],
    }


def _timeout_ms(ring_s: int) -> str:
    return str(min(max(int(ring_s), 1), RING_MOST_S) * 1000)
