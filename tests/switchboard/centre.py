"""A small centre, two flows, and a telephone that plays Asterisk's part on a virtual clock."""

from random import Random

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.ivr.subflows import with_subflows
from callcenter.switchboard.state import State
from callcenter.switchboard.switchboard import Switchboard, Tick

HOTLINE = """
flow: hotline
name: {zh-CN: 热线, en: Hotline}
start: hello
nodes:
  hello:
    kind: menu
    say: {zh-CN: 您好，技术支持请按 2, en: "Hello, for support press 2"}
    keys: {2: support}
    gave_up: support
  support:
    kind: queue
    queue: support
"""
SURVEY = """
flow: survey
name: {zh-CN: 满意度, en: Survey}
start: ask
nodes:
  ask:
    kind: rate
    question: service
    say: {zh-CN: 满意请按 1, en: Press 1 when satisfied}
    answers:
      1: {score: 5, satisfied: true}
      2: {score: 1, satisfied: false}
    next: bye
    gave_up: bye
  bye:
    kind: hang_up
    say: {zh-CN: 谢谢, en: Thanks}
"""


def document(**queue) -> ct.Centre:
    support = ct.Queue(id="support", name=Text("支持", "Support"), survey="survey", **queue)
    sales = ct.Queue(id="sales", name=Text("销售", "Sales"))
    return ct.Centre(
        agents=tuple(ct.Agent(id=a, name=a, queues=("support",)) for a in ("8001", "8002", "8003")),
        queues=(support, sales),
        numbers=(ct.Number(number="4001", flow="hotline"),),
        pause_reasons=(ct.Choice(id="lunch", name=Text("午餐", "Lunch")),),
        dispositions=(ct.Disposition(id="solved", name=Text("已解决", "Solved")),),
    )


def parse_flow(source: str, origin: str, centre: ct.Centre, flows=None):
    known = known_of(centre, frozenset(flows or ()))
    return parse(source, origin, known if flows is None else with_subflows(known, flows))


class Telephone:
    """Drives a switchboard as Asterisk and the pages would; remembers all events and commands."""

    def __init__(
        self, state: State | None = None, now: float = 1_700_000_000.0, centre: ct.Centre | None = None, **queue
    ) -> None:
        self.board = Switchboard(parse_flow, Random(7), state)
        self.now = now
        self.events: list[ev.AnyEvent] = []
        self.commands: list[cm.AnyCommand] = []
        self.faults: list[Exception] = []
        self.agent_legs: dict[tuple[str, str], str] = {}
        self._count = 0
        if state is None:
            self._keep(self.board.start("cc1", self.now))
            self.do(rq.ApplyCentre(version=1, centre=centre or document(**queue)))
            self.do(rq.PublishFlow(flow="hotline", version=1, source=HOTLINE))
            self.do(rq.PublishFlow(flow="survey", version=1, source=SURVEY))
            self.report(sg.AsteriskSnapshot)

    # ---- turning the handle

    def do(self, request):
        return self._keep(self.board.handle(request, self.now))

    def report(self, kind, **fields):
        return self._keep(self.board.handle(kind(at=self.now, **fields), self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass, with a tick at every deadline on the way."""
        until = self.now + seconds
        while (due := self.board.next_deadline) is not None and due <= until:
            self.now = max(self.now, due)
            self._keep(self.board.handle(Tick(at=self.now), self.now))
        self.now = until

    def apply(self, centre: ct.Centre) -> None:
        self.do(rq.ApplyCentre(version=self.board.state.centre_version + 1, centre=centre))

    def _keep(self, turn):
        self.events += turn.events
        self.commands += turn.commands
        if turn.fault:
            self.faults.append(turn.fault)
        return turn

    def agi(self) -> str:
        self._count += 1
        return f"agi{self._count}"

    # ---- what people and phones do

    def sign_in(self, agent: str, device: str = "web", ready: bool = True) -> None:
        self.report(sg.PhoneSeen, agent=agent, device=device, reachable=True)
        self.do(rq.SignIn(agent=agent, device=device, ready=ready))

    def call(self, interaction: str = "c1", caller: str = "13800138000", dialled: str = "4001", **known) -> str:
        """A caller dials in and is in the menu. `known`: what the cards say."""
        self.report(
            sg.FlowWanted,
            agi=self.agi(),
            interaction=interaction,
            channel=f"{interaction}-customer",
            caller=caller,
            caller_name="",
            dialled=dialled,
            known=sg.Known(**known),
        )
        return interaction

    def press(self, interaction: str, digits: str):
        return self.report(sg.FlowInput, agi=self.agi(), interaction=interaction, digits=digits)

    def queue_up(self, interaction: str = "c1", caller: str = "13800138000", **known) -> str:
        self.call(interaction, caller, **known)
        self.press(interaction, "2")
        return interaction

    def ring(self, interaction: str) -> str:
        """The phones of all offered agents ring; returns the first agent."""
        offer = self.view(interaction).offer
        for agent in offer.agents:
            channel = f"{interaction}-{agent}-{offer.id}"
            self.agent_legs[interaction, agent] = channel
            self.report(sg.LegStarted, interaction=interaction, channel=channel, agent=agent, device=offer.device)
            self.report(sg.LegRinging, channel=channel)
        return offer.agent

    def answer(self, interaction: str, agent: str = "") -> str:
        """The ringing agent (the first, when none is named) picks up and both talk."""
        agent = agent or self.view(interaction).offer.agent
        self.report(sg.LegAnswered, channel=self.leg(interaction, agent))
        for channel in (self.leg(interaction, agent), self.channel(interaction)):
            self.report(sg.LegJoined, channel=channel, bridge=f"{interaction}-bridge")
        return agent

    def channel(self, interaction: str) -> str:
        """The customer's."""
        call = self.board.state.calls.get(interaction)
        return call.channel if call else f"{interaction}-customer"

    def talk(self, interaction: str = "c1") -> str:
        self.queue_up(interaction)
        self.ring(interaction)
        return self.answer(interaction)

    def leg(self, interaction: str, agent: str) -> str:
        return self.agent_legs[interaction, agent]

    def agent_leg_ends(self, interaction: str, agent: str, cause: int = 16) -> None:
        self.report(sg.LegEnded, channel=self.leg(interaction, agent), cause=cause)

    def agent_ends(self, interaction: str, agent: str) -> None:
        """By the button in the page."""
        self.do(rq.EndCall(agent=agent, interaction=interaction))
        self.agent_leg_ends(interaction, agent)

    def caller_hangs_up(self, interaction: str = "c1") -> None:
        self.report(sg.LegEnded, channel=self.channel(interaction), cause=16)

    def next_wanted(self, interaction: str, result: str, talked: bool, offer: str = ""):
        return self.report(
            sg.NextWanted,
            agi=self.agi(),
            interaction=interaction,
            channel=self.channel(interaction),
            offer=offer or f"{interaction}-{self.board.state.calls[interaction].offers}",
            result=result,
            talked=talked,
        )

    def beat(self, interaction: str = "c1"):
        """The waiting caller's heartbeat; returns what the caller hears now."""
        before = len(self.commands)
        self.report(sg.Beat, agi=self.agi(), interaction=interaction, channel=f"{interaction}-customer")
        return [prompt.text for command in self.commands[before:] for prompt in getattr(command, "play", ())]

    def press_waiting(self, interaction: str, key: str):
        return self.report(
            sg.WaitKey, agi=self.agi(), interaction=interaction, channel=f"{interaction}-customer", key=key
        )

    # ---- what is to be seen

    def view(self, interaction: str = "c1"):
        return self.board.floor(0).calls.get(interaction)

    def agent(self, agent: str = "8001"):
        return self.board.floor(0).agents[agent]

    def all(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def last(self, kind):
        found = [thing for thing in [*self.events, *self.commands] if isinstance(thing, kind)]
        return found[-1] if found else None
