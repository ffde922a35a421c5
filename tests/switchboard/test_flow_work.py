"""Flows that have work done outside and hold secrets: what is ordered, what is written down, what a restart
leaves."""

import msgspec

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.outside import Outcome
from callcenter.switchboard.state import State
from callcenter.switchboard.switchboard import Switchboard
from tests.ivr.working import BALANCE
from tests.switchboard.centre import Telephone, parse_flow

PIN = "739164"


def _parse(source: str, origin: str, centre, flows=None):
    return (
        msgspec.structs.replace(BALANCE, id="hotline")
        if "hotline" in origin
        else parse_flow(source, origin, centre, flows)
    )


class Balance(Telephone):
    """Callers meet a flow that asks for a number, a PIN, and a service."""

    def __init__(self, state: State | None = None, **changes) -> None:
        super().__init__(state, **changes)
        self.board = Switchboard(_parse, self.board._board._rng, self.board.state)

    def asks(self, interaction: str = "c1") -> cm.DoWork:
        self.call(interaction)
        self.press(interaction, "8800")
        assert self.last(cm.FlowStep).secret
        self.press(interaction, PIN)
        return self.last(cm.DoWork)

    def done(self, order: cm.DoWork, outcome: Outcome, **changes):
        fields = {"agi": order.agi, "interaction": order.interaction, "key": order.key, **changes}
        return self.report(sg.WorkDone, outcome=outcome, **fields)

    def comes_again(self, interaction: str = "c1") -> None:
        """The connection broke: the dialplan asks once more."""
        self.call(interaction)


def said(command) -> str:
    return "".join(prompt.text for prompt in command.play)


def test_the_outcome_leads_the_caller_on() -> None:
    phone = Balance()
    order = phone.asks()
    assert (order.work.what, order.within_s, order.language) == ("balance", 4, "zh-CN")
    phone.done(order, Outcome(values={"found": 12}))
    assert said(phone.last(cm.Leave)) == "您的余额是十二元"
    ended = phone.last(ev.FlowEnded)
    assert (ended.result, ended.outcome) == ("hangup", "done")


def test_an_outcome_that_nobody_waits_for_is_passed_over() -> None:
    phone = Balance()
    order = phone.asks()
    for stale in ({"key": "c1-1"}, {"agi": "other"}, {"interaction": "gone"}):
        assert phone.done(order, Outcome(values={"found": 1}), **stale).commands == []
    phone.done(order, Outcome(values={"found": 12}))
    assert phone.done(order, Outcome(values={"found": 13})).commands == []  # once


def test_work_is_asked_for_again_after_a_break_under_the_same_key() -> None:
    phone = Balance()
    order = phone.asks()
    phone.comes_again()
    again = phone.last(cm.DoWork)
    assert again.key == order.key and again.agi != order.agi
    assert phone.done(order, Outcome(values={"found": 1})).commands == []  # of the connection that broke
    phone.done(again, Outcome(values={"found": 12}))
    assert said(phone.last(cm.Leave)) == "您的余额是十二元"


def test_secrets_are_in_nothing_that_is_written_down_and_end_with_the_call() -> None:
    phone = Balance()
    order = phone.asks()
    assert phone.board._board.secrets["c1"] == {"pin": PIN}
    written = msgspec.json.encode([msgspec.to_builtins(event) for event in phone.events])
    assert b"8800" in written and PIN.encode() not in written
    assert PIN.encode() not in msgspec.json.encode(phone.board.state)
    assert PIN not in repr(order)
    phone.caller_hangs_up()
    assert phone.board._board.secrets == {}


def test_an_engine_that_comes_back_asks_for_the_secret_again() -> None:
    before = Balance()
    before.asks()
    state = msgspec.json.decode(msgspec.json.encode(before.board.state), type=State)
    after = Balance(state, now=before.now)
    after.comes_again()
    assert after.view().node == "pin"
    after.press("c1", PIN)
    after.done(after.last(cm.DoWork), Outcome(trouble="timeout"))
    assert said(after.last(cm.Leave)) == "抱歉"
    assert after.faults == []


def test_work_that_ended_the_call_leads_nowhere() -> None:
    phone = Balance()
    phone.done(phone.asks(), Outcome(hung_up=True))
    assert phone.last(cm.Leave).to == "hangup"
