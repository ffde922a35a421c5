"""Calls that we begin -> what Asterisk is asked, with every value checked before."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.asterisk.bridge.lines import NUMBER, OUTSIDE, Line, shown
from callcenter.asterisk.bridge.ordered import Ordered
from callcenter.asterisk.bridge.orders import ANSWER_HEADERS, CHANNEL, DIALLED, NAME, checked, prompt_file
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.centre import endpoint
from callcenter.calls.commands import CallCustomer, CallOutside, RingAgent
from callcenter.calls.languages import Language

ASTERISK_LANGUAGES: dict[Language, str] = {"zh-CN": "zh", "en": "en"}
RING_MOST_S = 300
ACTION = "call/"
ROOM = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True)
class Order:
    """A channel to be made: AMI's fields, and the stamps of the channel, which hold no comma or line break."""

    channel: str
    ordered: Ordered
    fields: Mapping[str, str]
    stamps: Callable[[], Awaitable[Mapping[str, str]]]

    async def action(self) -> dict[str, Any]:
        """The fields of AMI's Originate. Raises ValueError for a prompt whose file has no fitting name."""
        stamps = await self.stamps()
        return {
            "ActionID": ACTION + self.channel,
            "ChannelId": self.channel,
            "Async": "true",
            "Exten": "s",
            "Priority": 1,
            **self.fields,
            "Variable": [f"{name}={value}" for name, value in stamps.items() if value],
        }


def agent_order(command: RingAgent, channel: str, sounds: Sounds) -> Order:
    interaction = checked("interaction", NAME, command.interaction)
    device = checked("agent", DIALLED, endpoint(command.agent, command.device))
    fixed = {
        "CC_ID": interaction,
        "CC_ROLE": command.role,
        "CC_SPOKEN": ASTERISK_LANGUAGES[command.language],
        **_destination(command),
        **(ANSWER_HEADERS if command.auto_answer else {}),
    }
    fields = {
        "Channel": f"PJSIP/{device}",
        "CallerID": f'"{_shown_to_agent(command)}" <{command.agent}>',
        "Context": "partner" if command.into == "partner" else "called",
        "Account": interaction,
        "Timeout": timeout_ms(command.ring_s),
    }

    async def stamps() -> Mapping[str, str]:
        return {**fixed, "CC_HINT": await prompt_file("whisper", command.whisper, sounds)}

    ordered = Ordered(interaction, command.agent, command.device, command.role)
    return Order(checked("interaction", CHANNEL, channel), ordered, fields, stamps)


def _destination(command: RingAgent) -> dict[str, str]:
    """Where the leg goes once it is answered. Who barges in is in the room like everybody else."""
    if command.into == "partner":
        return {"CC_AT": "partner", "CC_RINGBACK": "1" if command.ringback else ""}
    into = "room" if command.into == "spy" and command.mode == "barge" else command.into
    stamps = {"CC_AT": "called", "CC_INTO": into}
    if into == "spy":
        stamps |= {"CC_SPIED": checked("spied", CHANNEL, command.spied), "CC_MODE": command.mode}
    if into == "conference":
        stamps["CC_ROOM"] = checked("room", ROOM, command.room)
    return stamps


def _shown_to_agent(command: RingAgent) -> str:
    """On the telephone, which might refuse a call from nobody."""
    if command.into == "partner":
        return "Call out" if command.ringback else "Callback"
    return {"room": "Call", "spy": "Supervision", "conference": "Conference"}[command.into]


def customer_order(command: CallCustomer, line: Line) -> Order:
    interaction = checked("interaction", CHANNEL, command.interaction)
    number = checked("number", NUMBER, command.number)
    as_number = shown(command.as_number, line)
    stamps = {
        "__CC_ID": interaction,
        "CC_ROLE": "customer",
        "CC_AT": "callback",
        "CC_NUMBER": number,
        "CC_DNIS": as_number,
        "CC_LANG": command.language,
        "CC_SPOKEN": ASTERISK_LANGUAGES[command.language],
    }
    if command.queue:
        stamps |= {"CC_QUEUE": checked("queue", NAME, command.queue), "CC_ENTRY": f"{command.queued_at:.3f}"}
    fields = {"Context": "callback", **_over(line, number, as_number, interaction, command.ring_s)}
    return Order(interaction, Ordered(interaction), fields, _just(stamps))


def outside_order(command: CallOutside, line: Line) -> Order:
    interaction = checked("interaction", NAME, command.interaction)
    channel = checked("channel", CHANNEL, command.channel)
    if not command.room and channel.startswith(interaction):  # a conference is no channel
        raise ValueError(f"channel is {channel!r}; allowed: what does not begin with the interaction's id")
    number = checked("number", OUTSIDE, command.number)
    stamps = {
        "CC_ID": interaction,
        "CC_ROLE": "external",
        "CC_AT": "called",
        "CC_SPOKEN": ASTERISK_LANGUAGES[command.language],
        "CC_INTO": "conference" if command.room else "room",
        "CC_ROOM": checked("room", ROOM, command.room) if command.room else "",
    }
    as_number = shown(command.as_number, line)
    fields = {"Context": "called", **_over(line, number, as_number, interaction, command.ring_s)}
    return Order(channel, Ordered(interaction, role="external", channel=channel), fields, _just(stamps))


def _over(line: Line, number: str, as_number: str, account: str, ring_s: int) -> dict[str, str]:
    fields = {
        "Channel": f"PJSIP/{number}@{checked('trunk', NAME, line.name)}",
        "Account": account,
        "Timeout": timeout_ms(ring_s),
    }
    return {**fields, "CallerID": f"<{as_number}>"} if as_number else fields


def _just(stamps: Mapping[str, str]) -> Callable[[], Awaitable[Mapping[str, str]]]:
    async def given() -> Mapping[str, str]:
        return stamps

    return given


def timeout_ms(ring_s: int) -> str:
    return str(min(max(int(ring_s), 1), RING_MOST_S) * 1000)
