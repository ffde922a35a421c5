"""What becomes of a message: limits, greeting, and the keys of a caller who has finished."""

import msgspec
import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.languages import Text
from callcenter.ivr import spoken
from callcenter.switchboard.voicemail import ASKED_MOST
from tests.switchboard.centre import Telephone, document

TO_SUPPORT = ct.Rule(id="all", to=ct.Destination(to="voicemail", id="support"))
TO_AN_AGENT = ct.Rule(id="all", to=ct.Destination(to="voicemail", id="8001"))


def spoken_to(rule: ct.Rule = TO_SUPPORT, agent: dict | None = None, **mailbox) -> Telephone:
    """Somebody is about to speak."""
    base = document(mailbox=ct.MailboxSettings(**mailbox))
    agents = tuple(msgspec.structs.replace(one, **(agent or {})) for one in base.agents)
    phone = Telephone(centre=msgspec.structs.replace(base, rules=(rule,), agents=agents))
    phone.call()
    return phone


def reviewed(phone: Telephone) -> list[str]:
    return [event.choice for event in phone.events if isinstance(event, ev.MessageReviewed)]


def test_the_mailboxs_limits_hold():
    leave = spoken_to(most_s=60, silence_s=4).last(cm.Leave)
    assert (leave.to, leave.most_s, leave.silence_s, leave.afresh) == ("voicemail", 60, 4, False)


def test_an_agents_mailbox_is_greeted_by_the_agents_own_words_or_name():
    (named,) = spoken_to(TO_AN_AGENT).last(cm.Leave).play
    assert "8001" in named.text
    (own,) = spoken_to(TO_AN_AGENT, {"greeting": Text("我不在", "I am away")}).last(cm.Leave).play
    assert own.text == "我不在"
    assert own.name == "greeting_8001.away", "a recording of that name is played instead"


DIRECT = {"8001": "4008", "support": "4009"}


def answered_by_machines() -> Telephone:
    """Numbers that lead straight to mailboxes, besides the hotline."""
    base = document()
    numbers = tuple(ct.Number(number=number, flow="hotline") for number in DIRECT.values())
    rules = tuple(
        ct.Rule(id=f"to_{box}", dialled=(number,), to=ct.Destination(to="voicemail", id=box))
        for box, number in DIRECT.items()
    )
    return Telephone(centre=msgspec.structs.replace(base, rules=rules, numbers=(*base.numbers, *numbers)))


def greeted(phone: Telephone, mailbox: str) -> str:
    """The name of the greeting that the next caller hears."""
    call = f"c{len(phone.events)}"
    phone.call(call, dialled=DIRECT[mailbox])
    name = phone.last(cm.Leave).play[-1].name
    phone.caller_hangs_up(call)
    return name


def test_an_agents_greeting_tells_who_is_away_from_who_is_busy_and_who_did_not_answer():
    phone = answered_by_machines()
    assert greeted(phone, "8001") == "greeting_8001.away"
    phone.sign_in("8001")
    assert greeted(phone, "8001") == "greeting_8001"
    agent = phone.talk("c1")
    assert (agent, greeted(phone, "8001")) == ("8001", "greeting_8001.busy")
    phone.agent_ends("c1", agent)
    phone.do(rq.Pause(agent="8001", reason="lunch"))
    phone.caller_hangs_up("c1")
    phone.wait(600)
    assert greeted(phone, "8001") == "greeting_8001.away"


def test_a_queues_greeting_tells_nobody_here_from_nobody_free():
    phone = answered_by_machines()
    assert greeted(phone, "support") == "greeting_support.away"
    phone.sign_in("8001")
    assert greeted(phone, "support") == "greeting_support"
    phone.talk("c1")
    assert greeted(phone, "support") == "greeting_support.busy"


def test_without_review_the_caller_is_thanked_at_once():
    phone = spoken_to(review=False)
    phone.call()
    assert phone.last(cm.Leave).to == "hangup"
    assert phone.last(cm.Leave).play == (spoken.message_saved("zh-CN"),)


def test_a_caller_hears_the_message_records_it_again_and_sends_it():
    phone = spoken_to()
    phone.call()
    step = phone.commands[-1]
    assert (step.message, step.play, step.max_digits) == (False, (spoken.message_review("zh-CN"),), 1)
    phone.press("c1", "1")
    assert phone.commands[-1].message
    phone.press("c1", "2")
    assert (phone.last(cm.Leave).to, phone.last(cm.Leave).afresh) == ("voicemail", True)
    phone.call()
    phone.press("c1", "3")
    assert (phone.last(cm.Leave).to, reviewed(phone)) == ("hangup", ["listen", "again", "send"])


@pytest.mark.parametrize("key", ["", "7"])
def test_a_caller_who_does_not_decide_has_sent_the_message(key):
    phone = spoken_to()
    phone.call()
    for _ in range(ASKED_MOST - 1):
        phone.press("c1", key)
        assert isinstance(phone.commands[-1], cm.FlowStep)
    phone.press("c1", key)
    assert phone.last(cm.Leave).play == (spoken.message_saved("zh-CN"),)
    assert reviewed(phone)[-1] == "send"


def test_a_discarded_message_is_written_down_as_such_and_the_call_ends():
    phone = spoken_to()
    phone.call()
    phone.press("c1", "*")
    assert phone.last(cm.Leave).play == (spoken.message_discarded("zh-CN"),)
    phone.call()  # the connection broke during the goodbye
    assert phone.last(cm.Leave).to == "hangup"
    phone.caller_hangs_up()
    assert (phone.last(ev.CallEnded).by, reviewed(phone)) == ("flow", ["discard"])
