"""Nodes that reach out of the flow, each by a real call: to people, to a mailbox, to scripts, to services."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.languages import Prompt
from callcenter.ivr import phrases
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from tests import hostile
from tests.end_to_end import flow_house as house
from tests.end_to_end.acting import BEEP_HZ, CALLER_HZ
from tests.end_to_end.routing import hear_each_other
from tests.end_to_end.seats import Seat, says, seated, vocabulary
from tests.hearing import of_wav, speak, tone_s, until_heard_for
from tests.listener import Vocabulary, Voice, until_tone
from tests.real_asterisk import REPOSITORY, ami
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

EN = "en"
RING_S = 40.0
FRIEND, BUSY, AWAY, NOBODY = "13911112201", "13911112202", "13911112203", "13911112204"
EMERGENCY = "110"
SOUNDS = REPOSITORY / "var/asterisk/usr/share/asterisk/sounds/en_US_f_Allison"
PIN, CARD = "739164820517", "4539578763621486"
EVIL_NAMES = {  # by the number that is typed; {file} is one that must not come to be
    "801": "${{SHELL(touch {file})}}",
    "802": "13911112201&PJSIP/8002",
    "803": "8002&Local/s@dial",
    "804": "`touch {file}`;$(touch {file})",
    "805": "-w {file} x",
    "806": "x\r\n\r\nAction: Originate\r\nChannel: PJSIP/8002\r\n",
    "807": "8002,30,U(record)",
}


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    house.write_scripts(folder / "scripts")
    async with running_centre(
        folder, house.document(), trunk_port=home.port, flows=house.SOURCES, more="scripts: {folder: scripts}\n"
    ) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        yield running


@pytest.fixture(scope="module")
async def known(centre: RealCentre) -> Vocabulary:
    others = [phrases.message_review(EN), phrases.message_saved(EN), phrases.message_discarded(EN)]
    spoken = await vocabulary(centre.config, [house.read(flow) for flow in house.SOURCES], others, [EN])
    sounds = [
        Voice(Prompt(EN, name), of_wav(SOUNDS / f"{name}.wav")) for name in ("vm-enter-num-to-call", "vm-review")
    ]
    return Vocabulary([*spoken.voices, *sounds])


class Street:
    """Where callers come from."""

    def __init__(self, centre: RealCentre, known: Vocabulary, phones: AsyncExitStack) -> None:
        self._centre, self._known, self._phones = centre, known, phones
        self._callers = 0

    async def calls(self, flow: str) -> Seat:
        self._callers += 1
        caller = f"13{time.monotonic_ns() // 1000 % 10**6:06}{self._callers:03}"
        return await seated(self._centre, self._phones, house.NUMBERS[flow], caller, self._known)

    async def types(self, flow: str, keys: str) -> Seat:
        seat = await self.calls(flow)
        await seat.presses((says(house.read(flow), "asked", EN), f"{keys}#"))
        return seat

    async def comes_to(self, flow: str, keys: str, node: str) -> None:
        """Typed there, the flow goes on at that node, and ends."""
        seat = await self.types(flow, keys)
        await seat.hears(says(house.read(flow), node, EN))
        assert await seat.call.ended(RING_S) == "them"


@pytest.fixture
async def street(centre: RealCentre, known: Vocabulary) -> AsyncIterator[Street]:
    async with AsyncExitStack() as phones:
        yield Street(centre, known, phones)


async def result_of(centre: RealCentre, seat: Seat) -> str:
    (row,) = await centre.rows("select result from flow_runs where call_id = :id and ended_at > 0", id=seat.id)
    return str(row["result"])


# ---- numbers outside


async def test_a_number_outside_is_rung_over_the_trunk_and_both_hear_each_other(
    centre: RealCentre, street: Street, home: SipPhone
) -> None:
    seat = await street.types("numbers", FRIEND)
    there = await home.incoming(RING_S)
    assert (there.dialled, there.caller_number) == (f"+86{FRIEND}", OWN_NUMBER)
    await there.answer()
    await hear_each_other(seat.call, there)
    await there.hang_up()
    assert await seat.call.ended(RING_S) == "them"
    assert await result_of(centre, seat) == "outside"


async def test_who_cannot_be_reached_outside_leads_on_in_the_flow(street: Street, home: SipPhone) -> None:
    async def receives() -> None:
        for _ in range(3):
            call = await home.incoming(RING_S)
            if call.dialled.endswith(BUSY):
                call.reject()
            elif call.dialled.endswith(NOBODY):
                call.reject(404, "Not Found")

    await asyncio.gather(
        receives(),
        street.comes_to("numbers", BUSY, "busy"),
        street.comes_to("in_haste", AWAY, "no_answer"),
        street.comes_to("numbers", NOBODY, "absent"),
        street.comes_to("numbers", EMERGENCY, "otherwise"),
    )
    assert home._incoming.empty()


# ---- agents and extensions


async def test_agents_are_rung_by_their_state_and_extensions_whatever_it_is(
    centre: RealCentre, street: Street
) -> None:
    async with centre.agent("8001") as ready, centre.agent("8002", ready=False) as paused:
        seat = await street.types("agents", "8001")
        talk = await ready.incoming(RING_S)
        await talk.answer()
        await hear_each_other(seat.call, talk)
        assert (await centre.until_phase("talking", seat.call.phone.user)).agent == "8001"
        others = asyncio.gather(
            street.comes_to("agents", "8001", "busy"),
            street.comes_to("extensions", "8001", "busy"),
            street.comes_to("agents", "8002", "busy"),
            street.comes_to("agents", "8003", "absent"),
            street.comes_to("agents", "8999", "absent"),
            street.comes_to("extensions", "8003", "absent"),
            street.comes_to("extensions", "8999", "absent"),
        )
        await others
        at_desk = await street.types("extensions", "8002")
        rung = await paused.incoming(RING_S)
        await rung.answer()
        await hear_each_other(at_desk.call, rung)
        for call in (rung, talk):
            await call.hang_up()
        for call in (at_desk.call, seat.call):
            assert await call.ended(RING_S) == "them"
        assert await result_of(centre, at_desk) == "queue"


async def test_an_agent_who_is_paused_is_waited_for_and_one_who_does_not_answer_leads_on(
    centre: RealCentre, street: Street
) -> None:
    async with centre.agent("8002", ready=False) as desk:
        seat = await street.types("patient", "8002")
        await seat.is_led_to("waiting")
        await centre.ask(rq.GoReady(agent="8002"))
        ringing = await desk.incoming(RING_S)
        await ringing.answer()
        await hear_each_other(seat.call, ringing)
        await ringing.hang_up()
        await centre.until_agent("8002", "ready")
        refused = await street.types("agents", "8002")
        (await desk.incoming(RING_S)).reject()
        await refused.hears(says(house.read("agents"), "busy", EN))


# ---- a message


async def speaks(seat: Seat, seconds: float) -> None:
    await until_tone(seat.call, BEEP_HZ, RING_S)
    await speak(seconds, seat.call, CALLER_HZ)


async def test_a_wish_is_heard_again_kept_taken_back_or_left_by_hanging_up(
    centre: RealCentre, street: Street
) -> None:
    wishes = house.read("wishes")
    keeps, forgets, goes = [await street.calls("wishes") for _ in range(3)]

    async def kept() -> None:
        await keeps.hears(says(wishes, "wish", EN))
        await speaks(keeps, 2)
        await keeps.call.press("#")
        await keeps.presses((phrases.message_review(EN).text, "1"))
        await until_heard_for(1.0, keeps.call, CALLER_HZ, RING_S)
        await keeps.call.press("3")
        await keeps.hears(says(wishes, "noted", EN))

    async def forgotten() -> None:
        await speaks(forgets, 1)
        await forgets.call.press("#")
        await forgets.presses((phrases.message_review(EN).text, "*"))
        await forgets.hears(says(wishes, "forgotten", EN))

    async def hung_up() -> None:
        await speaks(goes, 2)
        await goes.call.hang_up()

    await asyncio.gather(kept(), forgotten(), hung_up())
    rows = await centre.rows("select * from messages where state = 'left'", lambda rows: len(rows) == 2)
    assert {row["call_id"] for row in rows} == {keeps.id, goes.id}
    for row in rows:
        assert row["mailbox"] == "8004"
        assert tone_s(of_wav(centre.config.recordings_dir / row["file"]), CALLER_HZ) > 1.0  # the tone lasts into it


# ---- scripts


async def test_a_pyst2_script_speaks_with_the_caller_while_others_hang_and_crash(
    centre: RealCentre, street: Street
) -> None:
    meter = await street.calls("meter")
    hangs, crashes = await street.calls("hangs"), await street.calls("crashes")
    await meter.presses(("vm-enter-num-to-call", "004711"), ("vm-review", "1"))
    await meter.hears(says(house.read("meter"), "thanks", EN))
    assert await meter.call.ended(RING_S) == "them"
    for seat in (hangs, crashes):
        await seat.hears(says(house.read("hangs"), "sorry", EN))
        assert await seat.call.ended(RING_S) == "them"
    log = centre.log("engine")
    assert "4711" not in log
    assert "7391" not in log
    assert "RuntimeError" in log


# ---- services that mean harm


async def test_whatever_a_service_answers_harms_nobody_and_becomes_no_code(
    centre: RealCentre, street: Street, home: SipPhone
) -> None:
    evil = Path(tempfile.mkdtemp(dir="/tmp")) / "e"  # a short name: it is spoken
    names = {typed: name.format(file=evil) for typed, name in EVIL_NAMES.items()}
    async with house.service(centre.config.demo_service_port, names), centre.agent("8002", ready=False) as desk:
        calm = await street.calls("calm")
        await calm.hears(says(house.read("calm"), "menu", EN))
        bad = [asyncio.create_task(street.comes_to("asks", case, "sorry")) for case in house.EVIL]
        said = [asyncio.create_task(told(street, case)) for case in names]
        assert await served_meanwhile(calm, [*bad, *said]) > 3
        assert desk._incoming.empty()
        assert home._incoming.empty()
    evil.parent.rmdir()  # empty


async def told(street: Street, case: str) -> None:
    """Neither called nor carried out: said."""
    seat = await street.types("asks", case)
    await seat.hears(says(house.read("asks"), "told", EN))
    assert await seat.call.ended(RING_S) == "them"


async def served_meanwhile(calm: Seat, tasks: list[asyncio.Task[None]]) -> int:
    """How many keys of an innocent caller were answered by their prompt while any of the others was not done."""
    said, served = says(house.read("calm"), "menu", EN), 0
    while not all(task.done() for task in tasks):
        pressed = time.monotonic()
        await calm.call.press("*")
        await calm.hears(said, pressed)
        served += 1
        await asyncio.sleep(0.3)
    for task in tasks:
        task.result()
    return served


# ---- callers who mean harm


async def test_what_a_caller_writes_about_itself_reaches_services_and_scripts_as_a_number_or_not_at_all(
    centre: RealCentre, known: Vocabulary, tmp_path: Path
) -> None:
    evil, server = tmp_path / "evil", ("127.0.0.1", centre.config.asterisk.sip_port)
    senders = [
        b'"a\\"; ${SHELL(touch %s)} `id`" <sip:13900139001@h>' % str(evil).encode(),
        rb'"Li\n\r\nAction: Hangup" <sip:13900139004@h>',
        b'"x" <sip:1%0d%0a%0d%0aAction%3a%20Originate%0d%0a@h>',
        b"<sip:%24%7BSHELL(touch%20" + str(evil).encode() + b")%7D@h>",
        b'"500&PJSIP/8002" <sip:500&PJSIP/8002@h>',
        b'"\xff\xfe\xc3\x28" <sip:13900139007@h>',
    ]
    async with house.service(centre.config.demo_service_port, {}) as service, AsyncExitStack() as phones:
        calls: list[Call] = []
        for sender in senders:
            phone = await phones.enter_async_context(hostile.Impostor(sender, b"", server))
            calls.append(await asyncio.wait_for(phone.call(house.NUMBERS["shown"]), RING_S))
        for call in calls:
            assert await call.ended(RING_S) == "them"
    assert len(service.asked) == len(senders)
    for path, headers, body in service.asked:
        number = headers.get("X-Caller", "")
        assert not number or number.lstrip("+").isdigit(), number
        assert msgspec.json.decode(body) == {"caller": number}
        assert path.removeprefix("/shown?caller=").removeprefix("%2B").isdigit() == bool(number), path
    told_to_scripts = [file.read_text() for file in centre.config.scripts_dir.glob("told-*.txt")]
    assert len(told_to_scripts) == len(senders)
    for lines in told_to_scripts:
        number, *environment = lines.splitlines()
        assert not number or number.lstrip("+").isdigit(), number
        assert all(line.startswith("agi_") for line in environment if line), lines
        assert not any(mark in lines for mark in ("${", "PJSIP/8002", "Action:", "`"))
    assert not evil.exists()


# ---- secrets


async def test_a_card_number_and_a_pin_reach_their_service_and_are_nowhere_else(
    centre: RealCentre, street: Street
) -> None:
    flow = house.read("secret")
    async with house.service(centre.config.demo_service_port, {}) as service:
        seat = await street.calls("secret")
        await seat.presses((says(flow, "card", EN), f"{CARD}#"), (says(flow, "pin", EN), f"{PIN}#"))
        async with asyncio.timeout(RING_S):
            while not service.asked:
                await asyncio.sleep(0.05)
        assert msgspec.json.decode(service.asked[0][2]) == {"card": CARD, "pin": PIN}
        async with ami(centre.config.asterisk_settings(), "actions") as actions:
            seen = len(actions.events)
            await actions.action("Status", AllVariables="true")
            await actions.event("StatusComplete", after=seen)
            status = str(actions.events[seen:])
        service.gate.set()
        await seat.hears(says(flow, "thanks", EN))
        assert await seat.call.ended(RING_S) == "them"
    await result_of(centre, seat)
    assert seat.id in status
    assert PIN not in status
    assert CARD not in status
    assert found_in(centre.config.file.parent, PIN, CARD) == []


def found_in(folder: Path, *secrets: str) -> list[tuple[Path, str]]:
    """Journal, store, logs, CEL, recordings, configuration: whatever was written below the folder."""
    found, files = [], 0
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            content, files = file.read_bytes(), files + 1
            found += [(file, secret) for secret in secrets if secret.encode() in content]
    assert files > 20
    return found
