"""What the agent does with a call in hand, and the calls it begins."""

from typing import Any

import pytest

from callcenter.calls import requests
from callcenter.calls.parties import Target
from tests.web.fake_archive import card, record
from tests.web.floor import CALLER
from tests.web.house import House

MASK = "+86138****8000"
TO_8002 = {"kind": "agent", "id": "8002"}
GIVEN = {"agent": "8001", "interaction": "c1"}

BUTTONS: list[tuple[str, dict[str, Any], requests.AnyRequest]] = [
    ("/agent/answer", {"offer": "o1"}, requests.AnswerOffer(agent="8001", offer="o1")),
    ("/agent/hold", {"interaction": "c1", "on": True}, requests.Hold(**GIVEN, on=True)),
    ("/agent/keys", {"interaction": "c1", "digits": "12#"}, requests.SendDigits(**GIVEN, digits="12#")),
    ("/agent/mute", {"interaction": "c1", "on": False}, requests.Mute(**GIVEN, on=False)),
    (
        "/agent/transfer",
        {"interaction": "c1", "to": TO_8002, "note": "refund"},
        requests.Transfer(**GIVEN, to=Target(kind="agent", id="8002"), note="refund"),
    ),
    (
        "/agent/consult",
        {"interaction": "c1", "to": {"kind": "number", "id": "+8613900139000"}},
        requests.Consult(**GIVEN, to=Target(kind="number", id="+8613900139000")),
    ),
    ("/agent/consult/end", {"interaction": "c1"}, requests.EndConsult(**GIVEN)),
    ("/agent/consult/complete", {"interaction": "c1"}, requests.CompleteTransfer(**GIVEN)),
    ("/agent/consult/share", {"interaction": "c1"}, requests.ShareTalk(**GIVEN)),
    ("/agent/dial", {"number": "13900139000"}, requests.DialOut(agent="8001", number="13900139000")),
    ("/agent/notices/n1/read", {}, requests.ReadNotice(agent="8001", notice="n1")),
    ("/rooms/hall/join", {}, requests.JoinRoom(agent="8001", room="hall")),
]


@pytest.mark.parametrize(("path", "body", "asked"), BUTTONS)
async def test_a_button_becomes_a_request_in_the_agents_own_name(
    home: House, path: str, body: dict[str, Any], asked: requests.AnyRequest
) -> None:
    status, answer = await (await home.somebody("8001")).ask("POST", path, body)

    assert (status, home.engine.asked) == (200, [asked]), answer
    assert home.archive.audited == []


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("/agent/keys", {"interaction": "c1", "digits": "12a"}, "digits"),
    ("/agent/keys", {"interaction": "c1", "digits": "1\r\nAction: x"}, "digits"),
    ("/agent/transfer", {"interaction": "c1", "to": {"kind": "number", "id": "1&2"}}, "to.id"),
    ("/agent/transfer", {"interaction": "c1", "to": {"kind": "number", "id": MASK}}, "to.id"),
    ("/agent/transfer", {"interaction": "c1", "to": {"kind": "planet", "id": "mars"}}, "to.kind"),
    ("/agent/dial", {"number": "12@evil"}, "number"),
    ("/agent/dial", {"number": MASK}, "number"),
    ("/agent/dial", {"number": "110", "as_number": "x"}, "as_number"),
]


@pytest.mark.parametrize(("path", "body", "field"), BAD)
async def test_what_cannot_be_dialled_never_reaches_the_engine(
    home: House, path: str, body: dict[str, Any], field: str
) -> None:
    status, answer = await (await home.somebody("8001")).ask("POST", path, body)

    assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_value", field)
    assert home.engine.asked == []


async def test_who_sees_a_mask_calls_the_number_behind_it(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER)
    home.archive.records["r1"] = record("r1")
    agent = await home.somebody("8001")

    await agent.ask("POST", "/agent/dial", {"number": MASK, "customer": "1"})
    await agent.ask("POST", "/agent/dial", {"number": MASK, "call": "r1"})

    assert home.engine.asked == [requests.DialOut(agent="8001", number=CALLER)] * 2


async def test_a_mask_of_somebody_elses_call_tells_nothing(home: House) -> None:
    home.archive.records["r1"] = record("r1", agent="8002")

    status, answer = await (await home.somebody("8001")).ask("POST", "/agent/dial", {"number": MASK, "call": "r1"})

    assert (status, answer["error"]["word"]) == (404, "no_such_call")


async def test_missed_calls_are_masked_only_for_those_without_numbers(home: House) -> None:
    home.archive.records["r1"] = record("r1")

    _, answer = await (await home.somebody("8001")).get("/agents/me/missed")

    assert [(one["interaction"], one["caller"]) for one in answer["missed"]] == [("r1", CALLER)]
