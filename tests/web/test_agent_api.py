"""What the agent's buttons ask of the engine."""

import pytest

from callcenter.calls import requests
from tests.web.house import House

BUTTONS = [
    ("/agent/sign-in", {"device": "desk", "ready": True}, requests.SignIn(agent="8001", device="desk", ready=True)),
    ("/agent/sign-out", None, requests.SignOut(agent="8001")),
    ("/agent/ready", None, requests.GoReady(agent="8001")),
    ("/agent/pause", {"reason": "lunch"}, requests.Pause(agent="8001", reason="lunch")),
    ("/agent/reject", {"offer": "o1"}, requests.RejectOffer(agent="8001", offer="o1")),
    ("/agent/end-call", {"interaction": "c1"}, requests.EndCall(agent="8001", interaction="c1")),
    ("/agent/wrap-up/extend", {"by_s": 90}, requests.ExtendWrapUp(agent="8001", by_s=90)),
    ("/agent/wrap-up/end", None, requests.EndWrapUp(agent="8001")),
]


@pytest.mark.parametrize(("path", "body", "request_made"), BUTTONS)
async def test_a_button_becomes_a_request_in_the_agents_own_name(
    home: House, path: str, body: dict[str, object] | None, request_made: requests.AnyRequest
) -> None:
    status, answer = await (await home.somebody("8001")).ask("POST", path, body)

    assert (status, answer) == (200, {"result": {"seq": 1}})
    assert home.engine.asked == [request_made]


async def test_a_note_is_kept_with_its_disposition(home: House) -> None:
    agent = await home.somebody("8001")

    await agent.ask("PUT", "/calls/c1/note", {"note": "买了两台", "disposition": "sold"})

    assert home.engine.asked == [
        requests.WriteNote(agent="8001", interaction="c1", note="买了两台", disposition="sold")
    ]


async def test_the_engines_refusal_comes_through_with_its_word(home: House) -> None:
    home.engine.refusal = requests.PhoneNotReachable("register the telephone first")

    status, answer = await (await home.somebody("8001")).ask("POST", "/agent/ready")

    assert status == 409
    assert answer["error"]["word"] == "phone_not_reachable"
    assert answer["error"]["message"] == "register the telephone first"


async def test_a_supervisor_cannot_press_an_agents_buttons(home: House) -> None:
    status, answer = await (await home.somebody("boss")).ask("POST", "/agent/ready")

    assert (status, answer["error"]["word"]) == (403, "forbidden")
    assert home.engine.asked == []


BAD = [
    ("/agent/pause", b"not json", "not_json", ""),
    ("/agent/pause", b'{"reason": "\\ud800"}', "not_json", ""),
    ("/agent/pause", b'{"reason": "\xff"}', "not_json", ""),
    ("/agent/pause", b"[]", "bad_value", ""),
    ("/agent/pause", b'{"reason": 5}', "bad_value", "reason"),
    ("/agent/pause", b'{"reason": "a\\u0000b"}', "bad_value", ""),
    ("/agent/pause", b'{"why": "lunch"}', "bad_value", "why"),
    ("/agent/sign-in", b'{"device": "car"}', "bad_value", "device"),
    ("/agent/reject", b"{}", "bad_value", "offer"),
    ("/agent/wrap-up/extend", b'{"by_s": 5}', "bad_value", "by_s"),
    ("/agent/wrap-up/extend", b'{"by_s": 1e999}', "bad_value", "by_s"),
]


@pytest.mark.parametrize(("path", "body", "word", "field"), BAD)
async def test_bad_input_is_named_and_never_reaches_the_engine(
    home: House, path: str, body: bytes, word: str, field: str
) -> None:
    agent = await home.somebody("8001")

    status, answer = await agent.ask("POST", path, data=body, headers={"Content-Type": "application/json"})

    assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, word, field)
    assert home.engine.asked == []


async def test_a_complaint_says_what_is_allowed(home: House) -> None:
    agent = await home.somebody("8001")

    _, device = await agent.ask("POST", "/agent/sign-in", {"device": "car"})
    _, more = await agent.ask("POST", "/agent/wrap-up/extend", {"by_s": 5})
    _, unknown = await agent.ask("POST", "/agent/pause", {"why": "lunch"})

    assert "allowed: one of desk, web" in device["error"]["message"]
    assert "allowed: an integer between 10 and 600" in more["error"]["message"]
    assert unknown["error"]["message"] == "why: is not known here; allowed: reason"


async def test_a_body_that_is_no_json_document_by_its_type_is_refused(home: House) -> None:
    agent = await home.somebody("8001")

    status, answer = await agent.ask("POST", "/agent/pause", data=b"{}", headers={"Content-Type": "text/plain"})

    assert (status, answer["error"]["word"]) == (415, "bad_media_type")


async def test_a_body_that_is_too_large_is_refused(home: House) -> None:
    agent = await home.somebody("8001")

    status, answer = await agent.ask(
        "POST", "/agent/pause", data=b" " * 1_100_000, headers={"Content-Type": "application/json"}
    )

    assert (status, answer["error"]["word"]) == (413, "too_large")


async def test_an_unknown_path_and_a_wrong_method_are_told_apart(home: House) -> None:
    agent = await home.somebody("8001")

    assert (await agent.get("/nothing"))[1]["error"]["word"] == "no_such_path"
    assert (await agent.ask("PUT", "/agent/ready", {}))[1]["error"]["word"] == "method_not_allowed"
