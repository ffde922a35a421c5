"""Callers at nodes of all kinds while the engine is killed: each goes on at the node, with what was known before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from callcenter.calls.outside import Outcome
from callcenter.ivr import spoken
from callcenter.robots.mulaw import tone
from tests.end_to_end.acting import BEEP_HZ, CALLER_HZ
from tests.end_to_end.flow_stage import DESK, NUMBERS, read, talk_before
from tests.end_to_end.seats import Seat, says, seated, vocabulary
from tests.hearing import of_wav, tone_s
from tests.listener import Vocabulary, until_tone
from tests.real_centre import RealCentre
from tests.services.shop import Shop

SELF, CLOSED, SURVEY, CAREFUL = (read(flow) for flow in ("self_service", "closed", "survey", "careful"))
LANGUAGE = ("For English, please press 9.", "8")
PIN = "739164"
WITHIN_S = 60.0


class Outage:
    """Callers come to their places first; those whose places last for seconds only come when the others are there."""

    def __init__(self, callers: int) -> None:
        self.killed_at = 0.0  # time.monotonic seconds
        self._left, self._late = callers, 0
        self._soon, self._over = asyncio.Event(), asyncio.Event()
        self._changed = asyncio.Event()

    async def is_near(self) -> None:
        """For those who come late."""
        self._late += 1
        self._count()
        await self._soon.wait()
        self._late -= 1

    async def passes(self) -> float:
        """The caller is at the node; returns, when the engine is there again, the moment it was killed."""
        self._left -= 1
        self._count()
        await self._over.wait()
        return self.killed_at

    def _count(self) -> None:
        if self._left == self._late:
            self._soon.set()
        self._changed.set()

    async def at_its_height(self, tasks: list[asyncio.Task[None]]) -> None:
        """Until all are at their places; what one of them fails with is raised."""
        async with asyncio.timeout(WITHIN_S):
            while self._left:
                self._changed.clear()
                waiting = asyncio.create_task(self._changed.wait())
                done, _ = await asyncio.wait([waiting, *tasks], return_when="FIRST_COMPLETED")
                waiting.cancel()
                for task in done - {waiting}:
                    task.result()
        self.killed_at = time.monotonic()

    def is_over(self) -> None:
        self._over.set()


@dataclass
class Sitters:
    """What all of them need."""

    centre: RealCentre
    phones: AsyncExitStack
    shop: Shop
    outage: Outage
    known: Vocabulary
    count: int = field(default=0)

    @classmethod
    async def of(cls, centre: RealCentre, phones: AsyncExitStack, shop: Shop, outage: Outage) -> Sitters:
        for customer in ("1001", "1002"):
            shop.says["account", customer] = Outcome(values={"balance": 177.35, "due": "2026-12-02"})
            shop.says["orders", customer] = Outcome(values={"count": 0})
        shop.says["book", "1006"] = Outcome(values={"ticket": "260001"})
        known = await vocabulary(centre.config, [SELF, CLOSED, SURVEY, CAREFUL], [spoken.message_saved("zh-CN")])
        return cls(centre, phones, shop, outage, known)

    async def calls(self, flow: str) -> Seat:
        self.count += 1
        return await seated(self.centre, self.phones, NUMBERS[flow, "zh-CN"], f"139000{self.count:05}", self.known)

    async def in_service(self, *nodes: tuple[str, str]) -> Seat:
        """In self-service, after these (node, keys)."""
        seat = await self.calls("self_service")
        await seat.presses(LANGUAGE, *((says(SELF, node), keys) for node, keys in nodes))
        return seat

    async def went(self, seat: Seat, path: str) -> None:
        """One run of one flow, as if nothing had been."""
        query = "select path from flow_runs where call_id = :id and ended_at > 0"
        rows = await self.centre.rows(query, id=seat.id)
        assert [row["path"] for row in rows] == [path]


async def in_a_menu(sitters: Sitters) -> None:
    seat = await sitters.in_service()
    await seat.hears(says(SELF, "menu"))
    since = await sitters.outage.passes()
    await seat.hears(says(SELF, "menu"), since)
    await seat.call.press("0")
    await seat.is_led_to("waiting")
    await seat.call.hang_up()
    await sitters.went(seat, "welcome language 8:menu 0:operator")


async def in_a_menu_with_a_value(sitters: Sitters) -> None:
    seat = await sitters.in_service(("menu", "2"), ("visit_number", "1006#"))
    await seat.hears(says(SELF, "visit_kind"))
    since = await sitters.outage.passes()
    await seat.hears(says(SELF, "visit_kind"), since)
    await seat.call.press("1")
    await seat.hears(says(SELF, "book"), since)
    await seat.hears(says(SELF, "more"), since)
    await seat.call.hang_up()
    assert [asked[:2] for asked in sitters.shop.asked if asked[0] == "book"] == [("book", "1006")]
    await sitters.went(seat, "welcome language 8:menu 2:visit_number #:visit_kind 1:repair book booked text more")


async def typing(sitters: Sitters) -> None:
    seat = await sitters.in_service(("menu", "1"))
    await seat.hears(says(SELF, "account_number"))
    await sitters.outage.is_near()
    await seat.call.press("10")
    since = await sitters.outage.passes()
    await seat.hears(says(SELF, "account_number"), since)
    await seat.call.press("1001#")
    await seat.hears(says(SELF, "no_order"), since)
    await seat.call.hang_up()


async def while_a_service_is_asked(sitters: Sitters) -> None:
    """It is asked again, and can tell by the key that it is the same."""
    sitters.shop.hangs = {"1002"}
    seat = await sitters.in_service(("menu", "1"))
    await sitters.outage.is_near()
    await seat.presses((says(SELF, "account_number"), "1002#"))
    while not [asked for asked in sitters.shop.asked if asked[1] == "1002"]:
        await asyncio.sleep(0.05)
    since = await sitters.outage.passes()
    sitters.shop.hangs = set()
    await seat.hears(says(SELF, "no_order"), since)
    await seat.call.hang_up()
    keys = [key for kind, number, key in sitters.shop.asked if (kind, number) == ("account", "1002")]
    assert len(keys) > 1
    assert len(set(keys)) == 1


async def speaking(seat: Seat) -> float:
    """After the tone; returns how many seconds of sound were sent until then."""
    await until_tone(seat.call, BEEP_HZ, WITHIN_S)
    seat.call.sound.play(tone(CALLER_HZ), loop=True)
    return seat.call.sound.sent_s


async def has_spoken(sitters: Sitters, seat: Seat, since: float) -> None:
    """Until now; all of it is in the message."""
    seconds = seat.call.sound.sent_s - since
    seat.call.sound.stop_playing()
    await seat.call.press("#")
    query = "select file, mailbox from messages where call_id = :id and state = 'left'"
    assert await seat.call.ended(WITHIN_S) == "them"
    (row,) = await sitters.centre.rows(query, id=seat.id)
    sound = of_wav(sitters.centre.config.recordings_dir / row["file"])
    assert row["mailbox"] == "support"
    assert tone_s(sound, CALLER_HZ) > 0.8 * seconds - 1


async def recording_a_complaint(sitters: Sitters) -> None:
    seat = await sitters.in_service(("menu", "3"))
    spoke = await speaking(seat)
    since = await sitters.outage.passes()
    hearing = asyncio.create_task(seat.hears(says(SELF, "complaint_taken"), since))
    await has_spoken(sitters, seat, spoke)
    await hearing
    await sitters.went(seat, "welcome language 8:menu 3:complaint complaint_taken")


async def leaving_a_message(sitters: Sitters) -> None:
    seat = await sitters.calls("closed")
    await seat.presses((says(CLOSED, "closed"), "1"))
    spoke = await speaking(seat)
    await sitters.outage.passes()
    await has_spoken(sitters, seat, spoke)
    await sitters.went(seat, "closed 1:message")


async def rating(sitters: Sitters) -> None:
    async with sitters.centre.agent(DESK) as desk:
        seat = await sitters.calls("straight")
        await talk_before(sitters.centre, desk, seat.call)
    await seat.hears(says(SURVEY, "satisfaction"))
    since = await sitters.outage.passes()
    await seat.hears(says(SURVEY, "satisfaction"), since)
    await seat.call.press("1")
    await seat.hears(says(SURVEY, "resolution"), since)
    await seat.call.press("2")
    await seat.hears(says(SURVEY, "thanks"), since)
    assert await seat.call.ended(WITHIN_S) == "them"
    answers = await sitters.centre.rows(
        "select * from survey_answers where call_id = :id order by seq", lambda rows: len(rows) == 2, id=seat.id
    )
    assert [(each["question"], each["key"], each["agent"]) for each in answers] == [
        ("satisfaction", "1", DESK),
        ("resolution", "2", DESK),
    ]


async def being_told_something(sitters: Sitters) -> None:
    """Of what cannot be cut off nothing is missed."""
    await sitters.outage.is_near()
    seat = await sitters.calls("careful")
    await seat.hears(says(CAREFUL, "notice"))
    since = await sitters.outage.passes()
    again = await seat.hears(says(CAREFUL, "notice"), since)
    await seat.hears(says(CAREFUL, "pin"), since)
    assert again.whole
    await seat.call.hang_up()


async def having_told_a_secret(sitters: Sitters) -> None:
    """It was in the engine's memory alone: it is asked for once more."""
    seat = await sitters.calls("careful")
    await seat.presses((says(CAREFUL, "pin"), f"{PIN}#"))
    await seat.hears(says(CAREFUL, "sure"))
    since = await sitters.outage.passes()
    await seat.hears(says(CAREFUL, "pin"), since)
    await seat.call.press(f"{PIN}#")
    await seat.hears(says(CAREFUL, "sure"), since)
    await seat.call.press("1")
    await seat.hears(says(CAREFUL, "right"), since)


SITTERS: list[Callable[[Sitters], Awaitable[Any]]] = [
    in_a_menu,
    in_a_menu_with_a_value,
    typing,
    while_a_service_is_asked,
    recording_a_complaint,
    leaving_a_message,
    rating,
    being_told_something,
    having_told_a_secret,
]
