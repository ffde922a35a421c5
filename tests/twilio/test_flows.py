"""Whole calls whose flow Twilio runs: asked by signed webhooks, answered in TwiML that its reference allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import Leave
from callcenter.calls.outside import Outcome
from callcenter.switchboard.switchboard import Tick
from callcenter.twilio.calls import call_id
from callcenter.twilio.settings import Settings
from tests.twilio import reference
from tests.twilio.place import SETTINGS, Place
from tests.twilio.server import ACCOUNT, TOKEN
from tests.twilio.voice import PUBLIC, Client, TwilioCall

ID = call_id(TOKEN, f"CA{1:032x}")


@pytest.fixture
async def place(tmp_path: Path, database: sa.Engine) -> AsyncIterator[Place]:
    made = Place(tmp_path, database)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def edge(place: Place) -> AsyncIterator[Client]:
    async with TestClient(TestServer(place.application)) as client:
        yield client


async def test_wrong_keys_and_none_are_told_of_and_the_caller_is_said_goodbye(place: Place, edge: Client):
    call = await TwilioCall(edge, ["7", ""]).run()
    menu = "Orders 1, agents 2, somebody else 3"
    assert call.heard == ["Hello", menu, "Wrong key", menu, "Goodbye"]
    assert call.ended == "hangup"
    assert call.gathers[0] == {
        "input": "dtmf",
        "action": f"{PUBLIC}/twilio/flows?step=2",
        "method": "POST",
        "numDigits": "1",
        "timeout": "4",
        "finishOnKey": "",
        "actionOnEmptyResult": "true",
    }
    assert [(e.key, e.valid) for e in place.events if isinstance(e, ev.KeyPressed)] == [("7", False), ("", False)]
    assert await call.hang_up() == 204
    (end,) = [e for e in place.events if isinstance(e, ev.CallEnded)]
    assert (end.interaction, end.by, end.answered) == (ID, "flow", False)


async def test_what_was_typed_is_asked_for_and_told_and_the_call_is_brought_to_the_queue(place: Place, edge: Client):
    place.outcomes.append(Outcome(values={"state": "on its way"}))
    call = await TwilioCall(edge, ["1", "12345#"]).run()
    assert call.heard[-4:] == ["Type the order", "The order is", "on its way", "Connecting"]
    assert call.gathers[1]["finishOnKey"] == "#"
    assert call.gathers[1]["numDigits"] == "8"
    assert place.worked[0].work.url.endswith("/orders/12345")
    assert call.dial is not None
    assert call.dial.attrib["callerId"] == "+8613800138000"
    (sip,) = call.dial
    assert sip.attrib == {"username": "cc", "password": "s3cret"}
    address, headers = reference.sip_address(str(sip.text))
    assert address == "sip:+862155550100@pbx.example.com"
    assert headers == {"X-Call-Center-Call": ID.removeprefix("tw-")}


async def test_the_call_that_comes_over_is_the_same_and_goes_on_in_the_queue_with_all_it_has(
    place: Place, edge: Client
):
    place.outcomes.append(Outcome(values={"state": "on its way"}))
    await TwilioCall(edge, ["1", "12345#"]).run()
    await arrives(place, "cc1-1.1")
    waits = place.call()
    assert (waits.phase, waits.queue, waits.language, waits.channel) == ("waiting", "support", "en", "cc1-1.1")
    entered = place.kinds().count("QueueEntered"), place.kinds().count("CallArrived")
    assert entered == (1, 1)
    led = [c for c in place.commands if isinstance(c, Leave)][-1]
    assert (led.to, led.play) == ("wait", ())  # it was said before
    place.engine.signal(sg.LegEnded(at=place.now(), channel="cc1-1.1"))
    await asyncio.sleep(0.01)
    assert place.kinds()[-1] == "CallEnded"


async def test_a_second_call_under_the_same_id_is_sent_away(place: Place, edge: Client):
    await TwilioCall(edge, ["2"]).run()
    await arrives(place, "cc1-1.1")
    await arrives(place, "cc1-6.6")
    last = [c for c in place.commands if isinstance(c, Leave)][-1]
    assert (last.agi, last.to) == ("agi-cc1-6.6", "hangup")
    assert place.call().channel == "cc1-1.1"


async def test_secret_keys_stay_in_memory_and_travel_along(
    place: Place, edge: Client, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    call = await TwilioCall(edge, ["9", "915355172604"]).run()
    assert call.heard[-1] == "Connecting"
    journal = b"".join(file.read_bytes() for file in (place.folder / "journal").iterdir())
    assert b"915355172604" not in journal
    assert "915355172604" not in caplog.text
    assert "915355172604" not in "".join(url for url, _ in call.asked)


async def test_a_repeated_question_has_the_same_answer_and_takes_no_step_also_after_a_restart(
    place: Place, edge: Client
):
    call = TwilioCall(edge, [])
    first = await call.ask(f"{PUBLIC}/twilio/calls", {})
    assert await call.repeat(f"{PUBLIC}/twilio/calls", call.form) == first
    menu = await call.ask(f"{PUBLIC}/twilio/flows?step=1", {})
    wrong = await call.ask(f"{PUBLIC}/twilio/flows?step=2", {"Digits": "7"})
    assert wrong != menu
    before = len(place.events)
    await place.restart()
    again = await call.repeat(f"{PUBLIC}/twilio/flows?step=2", call.form | {"Digits": "7"})
    assert again == wrong
    assert "KeyPressed" not in [type(event).__name__ for event in place.events[before:]]
    told = await call.ask(f"{PUBLIC}/twilio/flows?step=3", {"Digits": "2"})
    assert "<Dial" in told[1]  # the flow went on where it was


async def test_questions_of_long_ago_of_another_and_of_a_call_that_is_over_have_no_answer(place: Place, edge: Client):
    call = TwilioCall(edge, [])
    await call.ask(f"{PUBLIC}/twilio/calls", {})
    await call.ask(f"{PUBLIC}/twilio/flows?step=1", {})
    await call.ask(f"{PUBLIC}/twilio/flows?step=2", {"Digits": "7"})
    assert (await call.ask(f"{PUBLIC}/twilio/flows?step=1", {}))[0] == 409
    assert (await call.ask(f"{PUBLIC}/twilio/flows?step=9", {}))[0] == 409
    assert (await call.ask(f"{PUBLIC}/twilio/flows", {}))[0] == 400
    assert (await TwilioCall(edge, [], number=2).ask(f"{PUBLIC}/twilio/flows?step=1", {}))[0] == 409
    await call.hang_up()
    await asyncio.sleep(0.01)
    assert (await call.ask(f"{PUBLIC}/twilio/flows?step=3", {}))[0] == 409
    assert (await call.ask(f"{PUBLIC}/twilio/calls", {}))[0] == 409


async def test_forged_questions_reach_nothing(place: Place, edge: Client):
    call = TwilioCall(edge, [], token="another")
    assert (await call.ask(f"{PUBLIC}/twilio/calls", {}))[0] == 403
    signed = TwilioCall(edge, [])
    assert (await signed.repeat(f"{PUBLIC}/twilio/flows?step=2", signed.form, f"{PUBLIC}/twilio/flows?step=1"))[
        0
    ] == 403
    assert (await edge.post("/twilio/calls/ended", data=signed.form)).status == 403
    assert not place.call()


async def test_slow_work_is_asked_for_again_until_it_is_done_and_survives_a_restart(
    place: Place, edge: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.twilio.line.QUICK_S", 0.02)
    done = asyncio.get_running_loop().create_future()
    place.outcomes += [asyncio.shield(done), Outcome(values={"state": "sent"})]
    call = TwilioCall(edge, [])
    await call.ask(f"{PUBLIC}/twilio/calls", {})
    await call.ask(f"{PUBLIC}/twilio/flows?step=1", {})
    await call.ask(f"{PUBLIC}/twilio/flows?step=2", {"Digits": "1"})
    waiting = await call.ask(f"{PUBLIC}/twilio/flows?step=3", {"Digits": "12345"})
    verbs = reference.read(waiting[1])
    assert [verb.tag for verb in verbs] == ["Pause", "Redirect"]
    assert await call.ask(str(verbs[1].text), {}) == waiting
    await place.restart()
    told = await call.ask(str(verbs[1].text), {})
    assert "<Dial" in told[1]
    keys = [command.key for command in place.worked]
    assert len(keys) == 2
    assert len(set(keys)) == 1  # a service can tell that it is the same


async def test_somebody_outside_is_dialled_and_the_flow_goes_on_when_nobody_answers(place: Place, edge: Client):
    call = await TwilioCall(edge, ["3"]).run()
    assert call.dial is not None
    assert call.dial.attrib["timeout"] == "20"
    assert [each.text for each in call.dial] == ["+8613900139000"]
    assert place.call().phase == "outside"
    await call.dialled("busy")
    assert (call.heard[-1], call.ended) == ("Goodbye", "hangup")


async def test_a_talk_outside_ends_the_call(place: Place, edge: Client):
    call = await TwilioCall(edge, ["3"]).run()
    await call.dialled("completed")
    assert (call.heard[-1], call.ended) == ("Orders 1, agents 2, somebody else 3", "hangup")
    await call.hang_up()
    await asyncio.sleep(0.01)
    assert place.kinds()[-1] == "CallEnded"


async def test_a_call_that_does_not_reach_asterisk_is_excused_and_over(place: Place, edge: Client):
    call = await TwilioCall(edge, ["2"]).run()
    await call.dialled("failed", DialSipResponseCode="503")
    assert call.ended == "hangup"
    assert call.heard[-1].startswith("en-US: ")
    (end,) = [e for e in place.events if isinstance(e, ev.CallEnded)]
    assert (end.by, end.cause) == ("system", 27)


async def test_without_a_way_to_our_telephone_the_caller_is_told_so_and_the_fault_is_written_down(
    tmp_path: Path, database: sa.Engine
):
    alone = Place(tmp_path, database, Settings(account_sid=ACCOUNT))
    await alone.start()
    async with TestClient(TestServer(alone.application)) as edge:
        call = await TwilioCall(edge, ["2"]).run()
        assert call.ended == "hangup"
    (end,) = [e for e in alone.events if isinstance(e, ev.FlowEnded)]
    assert (end.result, "node 'support'" in end.fault) == ("failed", True)
    await alone.stop()


async def test_texts_without_a_sound_are_said_by_twilio(place: Place, edge: Client):
    place.spoiled = {"Hello"}
    call = await TwilioCall(edge, ["", ""]).run()
    assert call.heard[0] == "en-US: Hello"
    assert call.heard[1].startswith("Orders")


async def test_addresses_of_sounds_are_nobodys_guess_and_expire(place: Place, edge: Client):
    call = TwilioCall(edge, [])
    _, document = await call.ask(f"{PUBLIC}/twilio/calls", {})
    address = str(reference.read(document)[0].text).removeprefix(PUBLIC)
    assert (await edge.get(address)).status == 200
    assert (await edge.get(address[:-8] + "AAAA.wav")).status == 404
    assert (await edge.get("/twilio/sounds/eA.eA.wav")).status == 404
    assert (await edge.get("/twilio/sounds/é%00.eA.wav")).status == 404
    now = place.now()
    place.now = lambda: now + 1000
    assert (await edge.get(address)).status == 404


async def test_a_caller_of_whom_nothing_is_heard_any_more_is_gone(place: Place, edge: Client):
    await TwilioCall(edge, []).ask(f"{PUBLIC}/twilio/calls", {})
    now = place.now()
    place.now = lambda: now + 901
    place.engine.signal(Tick(at=place.now()))
    await asyncio.sleep(0.05)
    (end,) = [e for e in place.events if isinstance(e, ev.CallEnded)]
    assert end.by == "caller"


async def test_asterisks_picture_does_not_end_a_call_that_is_at_twilio(place: Place, edge: Client):
    call = await TwilioCall(edge, ["2"]).run()
    place.engine.signal(sg.AsteriskSnapshot(at=place.now()))
    await asyncio.sleep(0.01)
    assert place.call().phase == "flow"
    leg = sg.SeenLeg(channel="cc1-1.1", interaction=ID, role="customer", up=True, place="flow")
    place.engine.signal(sg.AsteriskSnapshot(at=place.now(), legs=(leg,)))  # it came while nobody listened
    await arrives(place, "cc1-1.1")
    assert place.call().phase == "waiting"
    assert call.ended == "dial"


async def test_an_engine_that_is_away_for_a_moment_is_waited_for_and_one_that_stays_away_excused(
    place: Place, edge: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("callcenter.twilio.calls.AGAIN_AFTER_S", 0.01)
    place.away = True
    asyncio.get_running_loop().call_later(0.05, lambda: setattr(place, "away", False))
    call = await TwilioCall(edge, ["", ""]).run()
    assert call.heard[-1] == "Goodbye"
    monkeypatch.setattr("callcenter.twilio.calls.PATIENCE_S", 0.03)
    place.away = True
    other = await TwilioCall(edge, [], number=2).run()
    assert (other.ended, len(other.heard)) == ("hangup", 1)


async def test_a_supervisor_ends_it(place: Place, edge: Client):
    await TwilioCall(edge, []).ask(f"{PUBLIC}/twilio/calls", {})
    await place.engine.submit(rq.CutCall(by="lee", interaction=ID))
    await asyncio.sleep(0.01)
    assert place.hung_up == [f"CA{1:032x}"]


async def test_numbers_that_are_not_hosted_go_to_asterisk_as_before(place: Place, edge: Client):
    call = await TwilioCall(edge, [], dialled="+862155550199").run()
    assert call.dial is not None
    assert str(call.dial[0].text) == "sip:+862155550199@pbx.example.com"
    assert not place.events or "CallHosted" not in place.kinds()
    assert SETTINGS.sip_username == call.dial[0].attrib["username"]


async def arrives(place: Place, channel: str) -> None:
    """As the dialplan asks, of a call that Twilio has brought by SIP."""
    place.engine.signal(
        sg.FlowWanted(
            at=place.now(),
            agi=f"agi-{channel}",
            interaction=ID,
            channel=channel,
            caller="+8613800138000",
            caller_name="",
            dialled="02155550100",
        )
    )
    await asyncio.sleep(0.01)
