"""What scripts may do to a caller's channel, and that a pyst2 script runs as it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_proxy import DEAD, UNKNOWN, USAGE, AgiProxy
from callcenter.calls.outside import Outcome
from callcenter.calls.work import ScriptRun
from callcenter.services.scripts import Scripts
from callcenter.services.settings import ScriptSettings
from tests.asterisk.test_fastagi import conversation

SCRIPTS = Path(__file__).parents[2] / "ivr_flows/scripts"
LEFT_S = 30.0


async def asked(line: str, reply: str = "200 result=0") -> tuple[str, str]:
    """(what Asterisk hears of a script's line, what the script is answered)."""
    answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(call: AgiCall) -> None:
        answered.set_result(await AgiProxy(call).answer(line, LEFT_S))

    async with conversation(run) as (peer, _):
        heard = await peer.answer(reply)
        return heard, await answered


async def alone(*lines: str) -> list[str]:
    """Answers that Asterisk is not asked for."""
    answered: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    async def run(call: AgiCall) -> None:
        proxy = AgiProxy(call)
        answered.set_result([await proxy.answer(line, LEFT_S) for line in lines])

    async with conversation(run):
        return await asyncio.wait_for(answered, 20)


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ('STREAM FILE welcome "12" 0', 'STREAM FILE "welcome" "12"'),
        ('stream file digits/1 ""', 'STREAM FILE "digits/1" ""'),
        ("GET DATA vm-enter 8000 6", 'GET DATA "vm-enter" "8000" "6"'),
        ("GET DATA vm-enter", 'GET DATA "vm-enter" "6000" "100"'),
        ("WAIT FOR DIGIT -1", 'WAIT FOR DIGIT "30000"'),
        ("WAIT FOR DIGIT 99999999", 'WAIT FOR DIGIT "30000"'),
        ('SAY DIGITS "123" ""', 'SAY DIGITS "123" ""'),
        ("SAY NUMBER 12 #", 'SAY NUMBER "12" "#"'),
        ("CHANNEL STATUS PJSIP/other-00000001", "CHANNEL STATUS"),
        ('EXEC Playback "tt-monkeys&beep,noanswer"', 'EXEC Playback "tt-monkeys&beep"'),
        ("EXEC Wait 2.5", 'EXEC Wait "2.5"'),
    ],
)
async def test_what_speaks_and_listens_is_passed_on(line: str, heard: str):
    assert await asked(line, "200 result=49 (timeout) endpos=1") == (heard, "200 result=49 (timeout) endpos=1")


@pytest.mark.parametrize(
    "line",
    [
        "DATABASE PUT cc x y",
        "RECORD FILE /etc/passwd wav # 1000",
        "GOSUB bye s 1",
        "SET CALLERID 110",
        "SET AUTOHANGUP 1",
        "SPEECH CREATE x",
        "CONTROL x",
        "",
        '"',
        "Action: Originate",
    ],
)
async def test_what_reaches_further_is_unknown(line: str):
    assert await alone(line) == [UNKNOWN]


@pytest.mark.parametrize(
    "line",
    [
        "STREAM FILE /etc/passwd 1",
        "STREAM FILE ../../recordings/x 1",
        "STREAM FILE http://evil/x 1",
        'STREAM FILE "a&b|c" ""',
        "STREAM FILE",
        "GET DATA x y z",
        'SAY DIGITS "1${SHELL(id)}" ""',
        "SET VARIABLE CHANNEL(musicclass) x",
        "SET VARIABLE SHELL(id) x",
        'EXEC Playback "/etc/passwd"',
        'EXEC SayNumber "${SHELL(id)}"',
        'EXEC Wait "x"',
    ],
)
async def test_what_could_become_a_path_or_a_function_is_no_argument(line: str):
    assert await alone(line) == [USAGE]


async def test_no_other_application_is_run():
    for application in ("System", "Dial", "Goto", "TrySystem", "AGI", "Originate", "ChanSpy", "Set", "MixMonitor"):
        assert await alone(f"EXEC {application} x") == ["200 result=-2"]
    assert await alone("EXEC NoOp x", "EXEC Verbose x") == ["200 result=0", "200 result=0"]


async def test_variables_stay_with_the_script_and_ours_cannot_be_read():
    lines = (
        'SET VARIABLE READING "12 34"',
        "GET VARIABLE READING",
        "GET FULL VARIABLE ${READING}",
        "GET VARIABLE CC_ID",
        "GET VARIABLE SHELL(id)",
        "GET FULL VARIABLE ${SHELL(id)}",
        'SET VARIABLE CC_NEXT "bye"',
    )
    assert await alone(*lines) == [
        "200 result=1",
        "200 result=1 (12 34)",
        "200 result=1 (12 34)",
        "200 result=0",
        "200 result=0",
        "200 result=0",
        "200 result=1",
    ]


async def test_line_breaks_cannot_bring_a_second_command():
    assert await alone('SET VARIABLE X "a\\nHANGUP"', "GET VARIABLE X") == ["200 result=1", "200 result=1 (anHANGUP)"]


async def test_a_script_ends_its_own_call_and_no_other():
    assert await alone("HANGUP PJSIP/other-00000001", "HANGUP", "HANGUP PJSIP/trunk-00000001") == [
        "200 result=-1",
        "200 result=1",
        "200 result=1",
    ]


async def test_a_dead_channel_is_told_as_asterisk_tells_it():
    answered: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    async def run(call: AgiCall) -> None:
        await call.until_hung_up()
        proxy = AgiProxy(call)
        answered.set_result([await proxy.answer(line, LEFT_S) for line in ("STREAM FILE a 1", "SET VARIABLE A b")])

    async with conversation(run) as (peer, _):
        peer.say(b"HANGUP\n")
        assert await answered == [DEAD, "200 result=1"]


async def script(answers: dict[str, list[str]], last: str = "") -> tuple[Outcome, list[str]]:
    """The example script's outcome, and all that Asterisk heard; `answers` by the beginning of a command."""
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    scripts = Scripts(ScriptSettings(), SCRIPTS)
    work = ScriptRun(script="meter_reading.py", arguments=(last,), values={"reading": "READING"}, timeout_s=20)

    async def run(call: AgiCall) -> None:
        outcome.set_result(await scripts.run(work, AgiProxy(call)))

    heard: list[str] = []
    async with conversation(run) as (peer, _):
        while not outcome.done():
            hearing = asyncio.ensure_future(peer.reader.readline())
            await asyncio.wait({hearing, outcome}, return_when="FIRST_COMPLETED", timeout=20)
            if not hearing.done():
                hearing.cancel()
                break
            line = hearing.result().decode().strip()
            if not line:
                break
            heard.append(line)
            kind = next(kind for kind in answers if line.startswith(kind))
            peer.say(answers[kind].pop(0).encode() + b"\n")
        return await asyncio.wait_for(outcome, 20), heard


async def test_a_pyst2_script_takes_a_meter_reading():
    outcome, heard = await script(
        {
            "GET DATA": ["200 result= (timeout)", "200 result=0815", "200 result=4711"],
            "SAY DIGITS": ["200 result=0"],
            "STREAM FILE": ["200 result=0", "200 result=0"],
            "WAIT FOR DIGIT": ["200 result=49"],
        },
        last="1000",
    )
    assert outcome == Outcome(values={"reading": "4711"})
    assert 'SAY DIGITS "4711" ""' in heard
    assert len([line for line in heard if line.startswith("GET DATA")]) == 3, "a lower reading is not taken"


async def test_a_pyst2_script_that_gives_up_says_so_by_its_status():
    assert (await script({"GET DATA": ["200 result="] * 3}))[0] == Outcome(trouble="failed", status=1)
