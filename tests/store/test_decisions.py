"""Why a call went where it went."""

import msgspec

from callcenter.calls import events as ev
from callcenter.store import decisions
from tests.store.ledger_stories import PICK, answered_call, blocked, no_agent_yet
from tests.store.store_rows import add

I = "one-1.1"  # noqa: E741 (the interaction)


def test_the_decisions_about_a_call_are_told_in_their_order_and_nothing_else(db):
    story = answered_call()
    rule = ev.RuleApplied(at=1000.0, interaction=I, rule="vip", to="queue", id="service")
    foretold = ev.WaitForetold(at=1005.0, interaction=I, queue="service", low_s=60.0, high_s=120.0, ahead=1)
    missed = ev.OfferFailed(at=1020.0, interaction=I, offer="o0", agent="8002", reason="no_answer")
    add(db, [story[0], rule, *story[1:7], foretold, no_agent_yet(1005.5, I), story[7], missed, *story[8:]])
    found = decisions.of_call(db, I)
    assert [one.kind for one in found] == [
        "RuleApplied",
        "QueueEntered",
        "WaitForetold",
        "NoAgentYet",
        "OfferMade",
        "OfferFailed",
        "QueueLeft",
    ]
    assert (found[0].seq, found[0].at, found[0].data) == (2, 1000.0, {"rule": "vip", "to": "queue", "id": "service"})


def test_an_offer_tells_why_this_agent(db):
    offer = answered_call()[7]
    add(db, [type(offer)(**{name: getattr(offer, name) for name in offer.__struct_fields__} | {"pick": PICK})])
    (made,) = decisions.of_call(db, I)
    assert msgspec.convert(made.data["pick"], ev.Pick) == PICK


def test_a_blocked_call_tells_the_entry_and_the_reason(db):
    add(db, [answered_call()[0], blocked(1001.0, I)])
    assert [one.data for one in decisions.of_call(db, I)] == [{"number": "+86138", "reason": "threats"}]


def test_nothing_was_decided_about_an_unknown_call(db):
    assert decisions.of_call(db, "nope") == []
