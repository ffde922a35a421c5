"""A mailbox's greeting by telephone: recorded, heard, kept for the next caller, or gone without a trace."""

from __future__ import annotations

import pytest

from callcenter.calls.languages import Prompt
from callcenter.ivr import mailbox_phrases as said
from callcenter.mailbox.shelf import KEPT_VERSIONS
from callcenter.prompts.recordings import Recordings
from callcenter.store import audit, mailbox_pins, prompt_versions
from tests.mailbox.test_line import BEEP, NOW, PIN, House

LET_IN = ("90#", PIN + "#", "9")
USUAL, BUSY = "1", "2"
RECORD, KEEP, AGAIN, DISCARD, HEAR, STANDARD, BACK = "2", "#", "2", "*", "1", "7", "*"


@pytest.fixture
def house(db, tmp_path):
    """Without any message."""
    mailbox_pins.set_pin(db, "service", PIN, "chief", 1.0)
    return House(db, tmp_path)


def greeting(house, name="greeting_service", language="en", text="whatever the text is"):
    """What the next caller would hear of people's voices."""
    file = Recordings(house.greetings).of(Prompt(language, text, name))
    return file.read_bytes() if file else None


def left_over(house):
    """Of recordings that nobody kept."""
    return [file for folder in ("spool", "greetings") for file in (house.folder / folder).rglob("*.wav")]


async def test_what_is_recorded_and_kept_is_heard_by_the_next_caller_in_any_language(house):
    heard = await house.listens(*LET_IN, USUAL, RECORD, HEAR, KEEP, BACK, BACK, "*", says=b"Li here")
    assert heard[heard.index(BEEP) - 1] == said.greeting_speak.text.en
    assert heard.count(said.greeting_review.text.en) == 2
    assert said.greeting_kept.text.en in heard
    assert [greeting(house, language=language) for language in ("en", "zh-CN")] == [b"Li here"] * 2
    noted = [(one.who, one.object) for one in audit.entries(house.db) if one.what == "record_prompt"]
    assert noted == [("service (PIN)", "greeting_service")]


async def test_what_is_being_tried_is_heard_before_it_is_kept(house):
    heard = await house.listens(*LET_IN, USUAL, RECORD, HEAR, says=b"Li here")
    assert ".telephone/" in heard[-2], "the recording stands before the menu"
    assert greeting(house) is None


@pytest.mark.parametrize("then", [(DISCARD, BACK, BACK, "*"), (HEAR,), ()])
async def test_what_is_not_kept_leaves_nothing_behind(house, then):
    """Discarded, or hung up after or before it was heard."""
    await house.listens(*LET_IN, USUAL, RECORD, *then)
    assert (greeting(house), left_over(house)) == (None, [])
    assert prompt_versions.all_versions(house.db) == []


async def test_it_is_recorded_again_until_it_pleases(house):
    heard = await house.listens(*LET_IN, USUAL, RECORD, AGAIN, KEEP, BACK, BACK, "*")
    assert heard.count(BEEP) == 2
    assert greeting(house) == b"hello"


async def test_silence_is_no_greeting(house):
    heard = await house.listens(*LET_IN, USUAL, RECORD, BACK, BACK, "*", says=b"")
    assert heard.count(said.greeting_silent.text.en) == 3
    assert greeting(house) is None


async def test_while_busy_the_greeting_for_that_is_heard_and_else_the_usual_one(house):
    await house.listens(*LET_IN, USUAL, RECORD, KEEP, BACK, BACK, "*", says=b"usual")
    assert greeting(house, "greeting_service.busy") == b"usual"
    await house.listens(*LET_IN, BUSY, RECORD, KEEP, BACK, BACK, "*", says=b"busy")
    names = ("greeting_service", "greeting_service.busy", "greeting_service.away")
    assert [greeting(house, name) for name in names] == [b"usual", b"busy", b"usual"]


async def test_the_standard_greeting_comes_back(house):
    await house.listens(*LET_IN, USUAL, RECORD, KEEP, STANDARD, BACK, BACK, "*")
    assert greeting(house) is None
    assert len(prompt_versions.versions_of(house.db, "greeting_service", "en")) == 1, "it may be chosen again"


async def test_another_mailbox_with_the_same_text_keeps_its_own_greeting(house):
    await house.listens(*LET_IN, USUAL, RECORD, KEEP, BACK, BACK, "*")
    (version,) = prompt_versions.versions_of(house.db, "greeting_service", "en")
    assert greeting(house, "greeting_sales", text=version.text) is None


async def test_who_records_daily_fills_no_disk(house):
    for n in range(KEPT_VERSIONS + 3):
        house.line._shelf._clock = lambda day=n: NOW + day
        await house.listens(*LET_IN, USUAL, RECORD, KEEP, BACK, BACK, "*", says=b"day %d" % n)
    assert len(prompt_versions.all_versions(house.db)) == 2 * KEPT_VERSIONS
    assert len(left_over(house)) == 2 * KEPT_VERSIONS, "each with what was sent"
    assert greeting(house) == b"day %d" % (KEPT_VERSIONS + 2)
