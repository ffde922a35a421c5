"""The loop: journal first, then act and tell; one fault concerns one thing."""

import asyncio
from random import Random

import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.events import Entry
from callcenter.engine import Engine
from callcenter.switchboard.switchboard import Switchboard
from tests.switchboard.centre import HOTLINE, SURVEY, document, parse_flow


class Recorder:
    """Stands for journal and telephone, and writes down in which order they were used."""

    def __init__(self) -> None:
        self.order: list[object] = []
        self.seq = 0

    def append(self, events):
        entries = [Entry(seq, event) for seq, event in enumerate(events, self.seq + 1)]
        self.seq += len(entries)
        self.order += entries
        return entries


@pytest.fixture
async def made():
    recorder = Recorder()
    engine = Engine(
        Switchboard(parse_flow, Random(7)),
        append=recorder.append,
        carry_out=recorder.order.append,
        clock=asyncio.get_running_loop().time,
    )
    engine.start("cc1")
    await engine.submit(rq.ApplyCentre(version=1, centre=document(wrap_up_s=1)))
    await engine.submit(rq.PublishFlow(flow="hotline", version=1, source=HOTLINE))
    await engine.submit(rq.PublishFlow(flow="survey", version=1, source=SURVEY))
    engine.signal(sg.AsteriskSnapshot(at=0.0))
    return engine, recorder


def wanted(interaction: str = "c1") -> sg.FlowWanted:
    return sg.FlowWanted(
        at=0.0, agi="a", interaction=interaction, channel="ch", caller="", caller_name="", dialled="4001"
    )


async def settled() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_events_are_journalled_before_the_command_goes_out_and_the_delta_after(made):
    engine, recorder = made
    engine.subscribe(recorder.order.append)
    recorder.order.clear()
    engine.signal(wanted())
    await settled()
    kinds = [type(thing.event if isinstance(thing, Entry) else thing).__name__ for thing in recorder.order]
    assert kinds == ["CallArrived", "LegOpened", "FlowStarted", "FlowStepped", "FlowStep", "Delta"]


async def test_a_delta_shows_the_ledger_position_of_its_events(made):
    engine, recorder = made
    deltas = []
    engine.subscribe(deltas.append)
    engine.signal(wanted())
    await settled()
    assert deltas[-1].seq == recorder.seq == engine.floor().seq


async def test_a_refusal_reaches_the_one_who_asked_and_nobody_else(made):
    engine, recorder = made
    before = recorder.seq
    with pytest.raises(rq.NotSignedIn):
        await engine.submit(rq.GoReady(agent="8001"))
    assert recorder.seq == before
    assert engine.health()["faults"] == 0


async def test_a_fault_in_one_decision_is_counted_and_the_centre_goes_on(made, monkeypatch):
    engine, recorder = made
    monkeypatch.setattr("callcenter.switchboard.journey.arrivals.arrive", lambda *_: 1 / 0)
    engine.signal(wanted("c1"))
    await settled()
    monkeypatch.undo()
    engine.signal(wanted("c2"))
    await settled()
    assert engine.health()["faults"] == 1
    assert "ZeroDivisionError" in engine.health()["last_fault"]
    assert any(isinstance(thing, cm.FlowStep) for thing in recorder.order)


async def test_an_offer_that_must_not_reach_asterisk_is_failed_at_once(made):
    engine, recorder = made

    def refuse(command):
        recorder.order.append(command)
        if isinstance(command, cm.StartOffer):
            raise ValueError("agent is '8001&x'; allowed: digits")

    engine._carry_out = refuse
    engine.signal(sg.PhoneSeen(at=0.0, agent="8001", device="web", reachable=True))
    await engine.submit(rq.SignIn(agent="8001", ready=True))
    engine.signal(wanted())
    engine.signal(sg.FlowInput(at=0.0, agi="a", interaction="c1", digits="2"))
    await settled()
    await settled()
    assert engine.floor().calls["c1"].phase == "waiting"
    assert engine.floor().agents["8001"].state == "backing_off"
    assert engine.health()["faults"] == 1
    assert sum(isinstance(thing, cm.StartOffer) for thing in recorder.order) == 1


async def test_one_timer_ends_the_wrap_up_at_its_limit(made):
    engine, _ = made
    engine.signal(sg.PhoneSeen(at=0.0, agent="8001", device="web", reachable=True))
    await engine.submit(rq.SignIn(agent="8001", ready=True))
    engine.signal(wanted())
    engine.signal(sg.FlowInput(at=0.0, agi="a", interaction="c1", digits="2"))
    engine.signal(sg.LegStarted(at=0.0, interaction="c1", channel="leg", agent="8001", device="web"))
    engine.signal(sg.LegJoined(at=0.0, channel="leg", bridge="b"))
    engine.signal(sg.LegJoined(at=0.0, channel="ch", bridge="b"))
    ready = asyncio.Event()

    def watch(delta):
        agent = delta.agents.get("8001")
        if agent and agent.state == "ready":
            ready.set()

    engine.signal(sg.LegEnded(at=0.0, channel="ch"))
    engine.signal(sg.LegEnded(at=0.0, channel="leg"))
    await settled()
    assert engine.floor().agents["8001"].state == "wrap_up"
    engine.subscribe(watch)
    async with asyncio.timeout(20):
        await ready.wait()


async def test_a_checkpoint_is_where_a_later_run_can_begin(made):
    import msgspec

    from callcenter.switchboard.state import State

    engine, recorder = made
    engine.signal(wanted())
    await settled()
    seq, payload = engine.checkpoint()
    again = Switchboard(parse_flow, Random(7), msgspec.json.decode(payload, type=State))
    assert seq == recorder.seq
    assert again.floor(seq).calls == engine.floor().calls
    assert isinstance(recorder.order[0], Entry)
    assert isinstance(recorder.order[0].event, ev.EngineStarted)
