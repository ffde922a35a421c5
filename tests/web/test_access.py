"""Permissions, and what is left of numbers."""

import pytest

from callcenter.calls.centre import Agent, Centre, Choice, Queue
from callcenter.calls.numbers import masked
from callcenter.web.access import PERMISSIONS, Account, granted, mailboxes_of
from callcenter.web.asked import GivenNumber
from callcenter.web.errors import ApiError
from callcenter.web.masking import masked_card, masked_detail, masked_pop, restored
from callcenter.web.shapes import Pop, TimelineEntry
from tests.web.fake_archive import ACCOUNTS, card, record
from tests.web.floor import CALLER, SALES, centre


def test_an_agent_may_neither_see_all_nor_change_the_centre() -> None:
    assert granted(ACCOUNTS["8001"]) == {
        "take_calls",
        "see_own_calls",
        "listen_to_own_recordings",
        "see_customers",
        "edit_customers",
        "see_figures",
        "see_callbacks",
        "take_messages",
    }


def test_an_administrator_may_everything_but_take_calls() -> None:
    assert granted(ACCOUNTS["admin"]) == set(PERMISSIONS) - {"take_calls"}


def test_a_supervisor_with_an_agent_id_takes_calls_too() -> None:
    boss = Account(username="boss", name="Zhao Min", role="supervisor", agent="8009")

    assert "take_calls" in granted(boss)
    assert "edit_centre" not in granted(boss)


def test_mailboxes_are_the_agents_own_and_those_of_its_queues_by_name_or_group() -> None:
    sales, vip = centre().queues[0], Queue(id="vip", name=SALES, groups=("seniors",))
    agents = (
        Agent(id="8001", name="Li Na", queues=("sales",), groups=("seniors",)),
        Agent(id="8002", name="Wang Wei"),
    )
    document = Centre(queues=(sales, vip), agents=agents, groups=(Choice(id="seniors", name=SALES),))

    assert mailboxes_of(ACCOUNTS["8001"], document) == {"8001", "sales", "vip"}
    assert mailboxes_of(ACCOUNTS["8002"], document) == {"8002"}
    assert mailboxes_of(ACCOUNTS["boss"], document) is None


def test_a_number_in_the_place_of_a_name_is_masked_and_a_name_is_not() -> None:
    assert masked_detail(record(caller_name="13800138000")).caller_name == masked("13800138000")
    assert masked_detail(record(caller_name="Chen Jie")).caller_name == "Chen Jie"


def test_a_timeline_keeps_no_whole_number() -> None:
    entry = TimelineEntry(seq=1, at=1.0, kind="CallArrived", data={"caller": CALLER, "channel": "c1"})

    told = masked_detail(record(timeline=(entry,)))

    assert told.timeline[0].data == {"caller": masked(CALLER), "channel": "c1"}


def test_a_pop_shows_the_callers_number_and_hides_the_cards_others() -> None:
    other = "+8613900139000"
    pop = Pop(
        interaction="c1",
        offer="o1",
        caller=CALLER,
        caller_name="",
        queue="sales",
        waited_s=1.0,
        keys=(),
        callback="",
        customer=card("1", CALLER, other),
        matches=(card("1", CALLER, other),),
        last_calls=(record("a"), record("b", caller=other)),
    )

    told = masked_pop(pop)

    assert told.caller == CALLER
    assert told.customer is not None
    assert [entry.number for entry in told.customer.numbers] == [CALLER, masked(other)]
    assert told.matches[0] == told.customer
    assert [call.caller for call in told.last_calls] == [CALLER, masked(other)]


def test_what_was_masked_can_be_restored() -> None:
    known = card("1", CALLER, "8001")
    shown = masked_card(known)

    sent_back = tuple(GivenNumber(number=entry.number) for entry in shown.numbers)

    assert [entry.number for entry in restored(sent_back, known)] == [CALLER, "8001"]


def test_two_numbers_that_look_alike_are_kept_together_or_refused() -> None:
    alike = ("+8613800138000", "+8613811118000")
    mask = GivenNumber(number=masked(CALLER))

    assert tuple(entry.number for entry in restored((mask, mask), card("1", *alike))) == alike
    with pytest.raises(ApiError, match="stands for 2 numbers"):
        restored((mask,), card("1", *alike))
