"""Messages: who hears which, what is audited, and how they are marked."""

from pathlib import Path

import pytest

from tests.web.fake_archive import message
from tests.web.floor import CALLER
from tests.web.house import House

MASKED = "+86138****8000"
OURS = ("sales", "8001", "service", "8002")


@pytest.fixture
async def left(home: House) -> House:
    """A message in each mailbox, all with the same sound."""
    home.archive.kept_messages = {box: message(box, box) for box in OURS}
    folder: Path = home.socket_path.parent / "messages/2026/11/21"
    folder.mkdir(parents=True)
    for box in OURS:
        (folder / f"{box}.wav").write_bytes(bytes(range(100)))
    return home


async def test_an_agent_finds_the_messages_of_its_queues_and_its_own(left: House) -> None:
    _, found = await (await left.somebody("8001")).get("/messages")

    assert [(one["mailbox"], one["caller"]) for one in found["messages"]] == [("sales", MASKED), ("8001", CALLER)]
    assert [box["id"] for box in found["mailboxes"]] == ["sales", "8001"]


async def test_a_supervisor_finds_all_with_whole_numbers(left: House) -> None:
    _, found = await (await left.somebody("boss")).get("/messages")

    assert [(one["mailbox"], one["caller"]) for one in found["messages"]] == [(box, CALLER) for box in OURS]


async def test_a_foreign_mailbox_is_refused_and_its_messages_look_as_if_they_did_not_exist(left: House) -> None:
    agent = await left.somebody("8001")

    listed, answer = await agent.get("/messages?mailbox=service")
    heard, _ = await agent.get("/messages/service/audio")
    marked, missing = await agent.ask("POST", "/messages/8002/handled", {"handled": True})

    assert (listed, answer["error"]["field"]) == (403, "mailbox")
    assert (heard, marked, missing["error"]["word"]) == (404, 404, "no_such_message")
    assert left.archive.audited == []


async def test_a_message_is_heard_in_ranges_and_audited_once(left: House) -> None:
    agent = await left.somebody("8001")
    _, found = await agent.get("/messages?mailbox=sales")
    url = left.base + found["messages"][0]["url"]

    async with agent.http.get(url) as whole:
        assert (whole.content_type, await whole.read()) == ("audio/wav", bytes(range(100)))
        assert "no-store" in whole.headers["Cache-Control"]
    async with agent.http.get(url, headers={"Range": "bytes=90-"}) as part:
        assert (part.status, await part.read()) == (206, bytes(range(90, 100)))

    assert [(one.by, one.action, one.target) for one in left.archive.audited] == [("8001", "listen_message", "sales")]


@pytest.mark.parametrize("file", ["../../secrets.yaml", "/etc/passwd", "", "messages/2026/11/21/gone.wav"])
async def test_a_message_that_lies_elsewhere_or_nowhere_is_not_sent(left: House, file: str) -> None:
    left.archive.kept_messages["sales"] = message("sales", file=file)

    status, answer = await (await left.somebody("boss")).get("/messages/sales/audio")

    assert (status, answer["error"]["word"]) == (404, "no_recording")


async def test_a_message_is_marked_with_a_note_and_unmarked_and_both_are_audited(left: House) -> None:
    agent = await left.somebody("8001")

    _, handled = await agent.ask("POST", "/messages/sales/handled", {"handled": True, "note": "called back"})
    _, again = await agent.ask("POST", "/messages/sales/handled", {"handled": False})

    assert (handled["state"], handled["handled_by"], handled["note"]) == ("handled", "8001", "called back")
    assert (again["state"], again["handled_by"]) == ("new", "")
    assert [one.action for one in left.archive.audited] == ["handle_message"] * 2
    assert left.archive.audited[0].details == {"handled": True, "mailbox": "sales"}


async def test_a_bad_mark_is_named(left: House) -> None:
    status, answer = await (await left.somebody("boss")).ask("POST", "/messages/sales/handled", {"note": "x"})

    assert (status, answer["error"]["field"]) == (400, "handled")
