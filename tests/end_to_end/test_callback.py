"""Callers who hang up, keep their place and are called back: real telephones at both ends of the call back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.centre import CallbackPolicy, Centre, Destination
from callcenter.ivr import phrases, spoken
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from tests.end_to_end.routing import (
    RING_S,
    SALES,
    SUPPORT,
    Somebody,
    done,
    hear_each_other,
    nobody,
    queue_of,
    signed_in,
    straight,
    waits,
)
from tests.hearing import Ear
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

ZH = "zh-CN"
FIRST, SECOND = "13800138001", "13800138002"
CALL_ME = Destination(to="callback")
PATIENT = {"attempts": 2, "retry_after_s": 10, "ring_s": 10}


def document() -> Centre:
    """In sales the agent is called before the customer."""
    centre = small_centre(survey=None, wrap_up_s=0, exits={"1": CALL_ME})
    support = msgspec.structs.replace(queue_of(centre, "support"), callback=CallbackPolicy(**PATIENT))
    sales = msgspec.structs.replace(queue_of(centre, "sales"), callback=CallbackPolicy(first="agent", **PATIENT))
    return msgspec.structs.replace(centre, queues=(support, sales), **straight())


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        yield running


@pytest.fixture(scope="module")
async def supervisor(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with signed_in(centre, "chief", "supervisor") as one:
        yield one


async def asks_to_be_called(centre: RealCentre, ear: Ear, caller: SipPhone, number: str) -> str:
    """Through the whole conversation, to the end of it; the callback's id."""
    call = await waits(centre, caller, number)
    await centre.press(call, "1")
    await ear.until_heard(call, phrases.callback_own(ZH))
    for digit in spoken.telephone(f"+86{caller.user}", ZH, "CN"):
        await ear.until_heard(call, digit)
    await ear.until_heard(call, phrases.callback_confirm(ZH))
    await call.press("1")
    await ear.until_heard(call, phrases.callback_booked(ZH))
    await call.hang_up()
    view = await centre.until(
        lambda floor: next((c for c in floor.callbacks.values() if c.number.endswith(caller.user)), None)
    )
    assert view.number == f"+86{caller.user}"
    return str(view.id)


async def is_over(centre: RealCentre, callback: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Its record and those of the attempts."""
    (row,) = await centre.rows(
        "select * from callbacks where id = :id", lambda rows: rows and rows[0]["ended_at"], id=callback
    )
    attempts = await centre.rows("select * from callback_attempts where callback = :id order by attempt", id=callback)
    return row, attempts


async def test_the_customer_keeps_the_place_is_called_back_and_those_who_came_later_come_later(
    centre: RealCentre, ear: Ear, home: SipPhone, supervisor: Somebody
):
    async with (
        centre.agent("8001", ready=False) as desk,
        centre.caller(FIRST) as first,
        centre.caller(SECOND) as second,
    ):
        callback = await asks_to_be_called(centre, ear, first, SUPPORT)
        await waits(centre, second)
        shown = await supervisor.until("/callbacks", lambda told: told["now"], queue="support")
        assert [(one["id"], one["state"], one["number"]) for one in shown["now"]] == [
            (callback, "due", f"+86{FIRST}")
        ]
        await centre.ask(rq.GoReady(agent="8001"))
        back = await home.incoming(RING_S)
        assert (back.dialled, back.caller_number) == (f"+86{FIRST}", OWN_NUMBER)
        await back.answer()
        await ear.until_heard(back, spoken.callback_greeting(queue_of(document(), "support").name, ZH))
        talk = await desk.incoming(RING_S)
        await talk.answer()
        await ear.until_heard(back, spoken.work_number("8001", ZH))
        await hear_each_other(back, talk)
        view = await centre.until_phase("talking", FIRST)
        assert (view.callback, view.agent) == (callback, "8001")
        assert not [c for c in centre.floor.calls.values() if c.caller.endswith(SECOND) and c.phase != "waiting"]
        await talk.hang_up()
        assert await back.ended(RING_S) == "them"
        later = await desk.incoming(RING_S)
        await later.answer()
        await centre.until_phase("talking", SECOND)
        await done(centre, "8001", later)
    row, attempts = await is_over(centre, callback)
    assert (row["result"], row["number"], row["interaction"]) == ("served", f"+86{FIRST}", view.id)
    assert [(one["agent"], one["first"], one["result"]) for one in attempts] == [("8001", "customer", "served")]
    await the_place_was_kept(centre, row)
    await told_in_the_api(centre, supervisor, callback, row["asked_in"], view.id)


async def the_place_was_kept(centre: RealCentre, row: dict[str, Any]) -> None:
    (asked,) = await centre.rows("select * from queue_entries where call_id = :id", id=row["asked_in"])
    (back,) = await centre.rows("select * from queue_entries where call_id = :id", id=row["interaction"])
    assert (asked["reason"], back["reason"]) == ("callback", "answered")
    assert back["entered_at"] == asked["entered_at"] == row["queued_at"]


async def told_in_the_api(centre: RealCentre, supervisor: Somebody, callback: str, asked_in: str, call: str) -> None:
    over = await supervisor.until("/callbacks", lambda told: told["past"], result="served")
    assert [(one["id"], one["interaction"]) for one in over["past"]] == [(callback, call)]
    why = await supervisor.get(f"/calls/{asked_in}/why")
    assert why["live"] is None
    kinds = [one["kind"] for one in why["decisions"]]
    assert kinds[0] == "RuleApplied"
    assert {"QueueEntered", "NoAgentYet", "QueueLeft"} <= set(kinds)
    async with signed_in(centre, "8002") as other, nobody(centre) as stranger:
        status, answer = await other.ask("GET", f"/calls/{call}/why")
        assert (status, answer["error"]["word"]) == (404, "no_such_call")
        assert (await stranger.ask("GET", f"/calls/{call}/why"))[0] == 401
        assert (await stranger.ask("GET", "/callbacks"))[0] == 401
    async with signed_in(centre, "8001") as own:
        assert (await own.get(f"/calls/{call}/why"))["decisions"]


async def test_the_agent_is_called_first_where_the_queue_says_so(centre: RealCentre, ear: Ear, home: SipPhone):
    async with centre.agent("8001", ready=False) as desk, centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SALES)
        await centre.ask(rq.GoReady(agent="8001"))
        talk = await desk.incoming(RING_S)
        assert not home.calls or all(call.is_over for call in home.calls.values())
        await talk.answer()
        await ear.until_heard(talk, spoken.callback_hint(FIRST[-4:], ZH))
        back = await home.incoming(RING_S)
        await back.answer()
        await ear.until_heard(back, spoken.work_number("8001", ZH))
        await hear_each_other(back, talk)
        view = await centre.until_phase("talking", FIRST)
        await back.hang_up()
        await talk.ended(RING_S)
        await centre.until_agent("8001", "ready")
    row, attempts = await is_over(centre, callback)
    assert (row["result"], row["interaction"]) == ("served", view.id)
    assert [(one["agent"], one["first"], one["result"]) for one in attempts] == [("8001", "agent", "served")]
    recordings = await centre.rows(
        "select * from recordings where call_id = :id", lambda rows: rows and rows[0]["state"] == "stored", id=view.id
    )
    assert len(recordings) == 1


async def test_a_customer_who_cannot_be_reached_is_tried_again_and_then_given_up(
    centre: RealCentre, ear: Ear, home: SipPhone, supervisor: Somebody
):
    async with centre.agent("8001", ready=False), centre.caller(FIRST) as first:
        callback = await asks_to_be_called(centre, ear, first, SUPPORT)
        await centre.ask(rq.GoReady(agent="8001"))
        rings_out, rung = await home.incoming(RING_S), centre.now
        await rings_out.ended(RING_S)
        view = await centre.until(
            lambda floor: (one := floor.callbacks.get(callback)) and one.state == "resting" and one, since=rung
        )
        assert view.attempts == 1
        await centre.until_agent("8001", "ready")
        again: Call = await home.incoming(RING_S)
        assert again.dialled == rings_out.dialled
        again.reject()
        await centre.until(lambda floor: callback not in floor.callbacks)
        await centre.until_agent("8001", "ready")
    row, attempts = await is_over(centre, callback)
    assert row["result"] == "given_up"
    assert [one["result"] for one in attempts] == ["no_answer", "busy"]
    over = await supervisor.until("/callbacks", lambda told: told["past"], result="given_up")
    assert [one["id"] for one in over["past"]] == [callback]
