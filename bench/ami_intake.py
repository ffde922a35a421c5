"""Events a second through parse, translation and decisions, beside what bare panoramisk does with the same bytes."""

import time
from collections.abc import Callable
from random import Random
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from bench import ami_stream
from bench.results import Result, compared, machine
from callcenter.asterisk.ami_wire import AmiMessage, AmiProtocol
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.translation import translate
from callcenter.calls import centre as ct
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import StartOffer
from callcenter.calls.events import CallEnded, Connected
from callcenter.calls.languages import Text
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.switchboard.switchboard import Handled, Switchboard

LANES = 40
CALLS, QUICK_CALLS = 2000, 200
PASSES, QUICK_PASSES = 15, 3
STEP_S = 0.000_1  # virtual time between two events
NUMBER = "95001"
FLOW = """
flow: straight
name: {zh-CN: 直接排队, en: Straight to the queue}
start: line
nodes:
  line: {kind: queue, queue: line}
"""


def measure(quick: bool) -> Result:
    """Ours and the peer take turns, so that a busy moment of the machine meets both."""
    state = machine()
    data = ami_stream.stream(QUICK_CALLS if quick else CALLS, LANES)
    events = data.count(ami_stream.FRAME_END)
    ours, peer = [], []
    for _ in range(QUICK_PASSES if quick else PASSES):
        ours.append(events / _seconds(Ours().take, data))
        peer.append(events / _seconds(Bare().take, data))
    return compared("ami_intake", ours, peer, peer_name="panoramisk 1.4", unit="events/s", machine=state)


def _seconds(take: Callable[[bytes], None], data: bytes) -> float:
    began = time.perf_counter()
    take(data)
    return time.perf_counter() - began


class Wire:
    """A socket nobody reads."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class Bare:
    """panoramisk's own parsing and dispatch; the callback does nothing but count."""

    def __init__(self) -> None:
        self.events = 0
        self._manager = Manager()
        self._manager.register_event("*", self._count)
        self._protocol = AMIProtocol()
        self._protocol.connection_made(Wire())
        self._protocol.encoding, self._protocol.factory = "utf8", self._manager

    def take(self, data: bytes) -> None:
        for chunk in ami_stream.chunks(data):
            self._protocol.data_received(chunk)
        if self.events != data.count(ami_stream.FRAME_END):
            raise RuntimeError(f"panoramisk told of {self.events} events only")

    def _count(self, manager: Any, event: Any) -> None:
        self.events += 1


class Ours:
    """The way of an event in the engine, up to the commands; the questions of the dialplan, which come over AGI and
    are not counted, are asked where they would be: without them there would be nothing to decide."""

    def __init__(self) -> None:
        self._now = 1_795_286_633.0
        self._board = Switchboard(_flow, Random(1))
        self._legs = Legs()
        self._offers: dict[str, StartOffer] = {}
        self._connected = self._ended = 0
        self._protocol = AmiProtocol(self._on_event, lambda _: None)
        self._protocol.transport, self._protocol.closed = Wire(), False
        self._open_the_centre()

    def take(self, data: bytes) -> None:
        for chunk in ami_stream.chunks(data):
            self._protocol.data_received(chunk)
        calls = data.count(ami_stream.FRAME_END) // len(ami_stream.frames_of_one_call())
        if (self._connected, self._ended) != (calls, calls) or self._protocol.failed_handlers:
            raise RuntimeError(f"of {calls} calls {self._connected} were connected and {self._ended} ended")

    def _on_event(self, event: AmiMessage) -> None:
        self._now += STEP_S
        for signal in translate(event, self._legs, self._now):
            self._handle(signal)
        self._ask(event)

    def _ask(self, event: AmiMessage) -> None:
        name, channel, call = event.text("event"), event.text("uniqueid"), event.text("linkedid")
        if name == "Newstate" and channel == call:
            self._handle(
                sg.FlowWanted(
                    at=self._now, agi=f"flow-{call}", interaction=call, channel=call,
                    caller=event.text("calleridnum"), caller_name="", dialled=NUMBER,
                )
            )  # fmt: skip
        elif name == "Hangup" and channel != call:
            offer = self._offers.pop(call)
            self._handle(
                sg.NextWanted(
                    at=self._now, agi=f"next-{call}", interaction=call, channel=call, offer=offer.offer,
                    result="ANSWER", talked=True,
                )
            )  # fmt: skip

    def _handle(self, thing: Handled) -> None:
        turn = self._board.handle(thing, self._now)
        if turn.fault:
            raise turn.fault
        for command in turn.commands:
            if isinstance(command, StartOffer):
                self._offers[command.interaction] = command
        for event in turn.events:
            self._connected += isinstance(event, Connected)
            self._ended += isinstance(event, CallEnded)

    def _open_the_centre(self) -> None:
        self._board.start("cc1", self._now)
        self._handle(rq.ApplyCentre(version=1, centre=_centre()))
        self._handle(rq.PublishFlow(flow="straight", version=1, source=FLOW))
        self._handle(sg.AsteriskSnapshot(at=self._now))
        for agent in ami_stream.agents(LANES):
            self._now += STEP_S
            self._handle(sg.PhoneSeen(at=self._now, agent=agent, device="desk", reachable=True))
            self._handle(rq.SignIn(agent=agent, device="desk", ready=True))


def _centre() -> ct.Centre:
    line = ct.Queue(id="line", name=Text(zh="热线", en="Line"), wrap_up_s=0)
    return ct.Centre(
        agents=tuple(ct.Agent(id=agent, name=agent, queues=("line",)) for agent in ami_stream.agents(LANES)),
        queues=(line,),
        numbers=(ct.Number(number=NUMBER, flow="straight"),),
    )


def _flow(source: str, origin: str, centre: ct.Centre, flows: Any = None) -> Any:
    return parse(source, origin, known_of(centre))
