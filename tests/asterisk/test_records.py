"""What Asterisk writes down and tells: CEL and AMI."""

from __future__ import annotations

import csv

import pytest

from callcenter.asterisk import configuration
from callcenter.asterisk.configuration import CEL_FIELDS
from tests.asterisk.listening import until_heard
from tests.asterisk.scene import CALLER_HZ, Engine, calling, scene
from tests.real_asterisk import RunningAsterisk, ami, answering, stop

pytestmark = pytest.mark.real


async def test_cel_tells_the_whole_call_under_our_id(asterisk: RunningAsterisk) -> None:
    name = 'Bob "x", 张三\\'
    async with scene(asterisk, display_name=name) as on, ami(asterisk.settings) as events:
        ringing = await on.offer()
        await ringing.answer()
        await until_heard(ringing, CALLER_HZ)
        await ringing.hang_up()
        await on.call.ended(15)
        customer = on.questions.asked[0]
        await events.event("Hangup", Channel=customer.channel)
    interaction = customer.environment["uniqueid"]
    await stop(asterisk.process)
    with asterisk.settings.cel_file.open(newline="", encoding="utf-8") as file:
        rows = [dict(zip(CEL_FIELDS, row, strict=True)) for row in csv.reader(file)]
    assert rows[0]["name"] == "", "the caller's own words are not written before they are filtered"
    ours = [row for row in rows if row["accountcode"] == interaction]
    assert {row["name"] for row in ours if "张三" in row["name"]} == {"Bob x 张三"}
    talked = {row["channame"].rpartition("-")[0] for row in ours if row["eventtype"] == "BRIDGE_ENTER"}
    assert talked == {"PJSIP/demo-trunk", "PJSIP/8001"}
    kinds = [row["eventtype"] for row in ours]
    for kind in ("CC_ARRIVED", "ANSWER", "CC_RECORDING", "BRIDGE_EXIT", "HANGUP", "CHAN_END"):
        assert kind in kinds


async def test_ami_tells_only_what_we_listen_to_and_names_the_call(asterisk: RunningAsterisk) -> None:
    async with ami(asterisk.settings) as events:
        async with answering(asterisk.settings, Engine()) as questions, calling(asterisk) as call:
            await questions.wait_for("beat")
            await call.hang_up()
            hangup = await events.event("Hangup")
        assert {event["Event"] for event in events.events} <= set(configuration.EVENTS)
    assert hangup["CC_ID"] == hangup["Uniqueid"]
    assert hangup["CC_AT"] == "wait"


@pytest.mark.parametrize(
    ("user", "action"),
    [("events", "Redirect"), ("events", "Originate"), ("actions", "Command"), ("actions", "UpdateConfig"),
     ("actions", "Reload"), ("system", "Redirect"), ("system", "Originate"), ("system", "Command")],
)  # fmt: skip
async def test_each_ami_user_may_do_its_own_work_only(asterisk: RunningAsterisk, user: str, action: str) -> None:
    async with ami(asterisk.settings, user) as talker:
        answer = await talker.action(action)
    assert answer["Message"] == "Permission denied"


@pytest.mark.parametrize("program", ["System", "TrySystem", "AGI", "EAGI", "Exec"])
async def test_who_may_call_may_not_run_programs_by_it(asterisk: RunningAsterisk, program: str) -> None:
    call = {"Channel": "PJSIP/8001", "Application": program, "Data": "id", "Async": "true"}
    async with ami(asterisk.settings, "actions") as talker:
        answer = await talker.action("Originate", **call)
    assert answer["Message"] == "Originate Access Forbidden: app or data blacklisted"
