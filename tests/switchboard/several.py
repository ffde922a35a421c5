"""A telephone for calls of several: rooms are joined as Asterisk joins them."""

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import desk as dk
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.calls.parties import Target
from tests.switchboard.centre import Telephone, document

NUMBER = "+8613900139000"
SHOWN = "02087654321"


def centre(**queue) -> ct.Centre:
    """8001 to 8003 in support, 8003 and 8004 in sales; 8005 in none. No reconnection, so that a lost leg is lost."""
    plain = document(**queue)
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    agents = (
        *(ct.Agent(id=a, name=a, queues=("support",)) for a in ("8001", "8002")),
        ct.Agent(id="8003", name="c", queues=("support", "sales")),
        ct.Agent(id="8004", name="d", queues=("sales",)),
        ct.Agent(id="8005", name="e"),
    )
    outbound = dk.Outbound(
        numbers=(
            dk.OutboundNumber(number="4001", name=Text("热线", "Hotline"), trunk="one"),
            dk.OutboundNumber(number=SHOWN, name=Text("销售", "Sales"), trunk="two"),
        ),
        wrap_up_s=15,
    )
    reconnection = dk.Reconnection(hold_s=0)
    return ct.Centre(**kept | {"agents": agents, "outbound": outbound, "reconnection": reconnection})


class Several(Telephone):
    def __init__(self, state=None, now: float = 1_700_000_000.0, **queue) -> None:
        super().__init__(state, now, centre=centre(**queue))

    def talking(self, agent: str = "8001", device: str = "web", others: tuple[str, ...] = ()) -> "Several":
        """`agent` talks with the customer of c1; `others` are ready."""
        self.sign_in(agent, device)
        self.talk("c1")
        for other in others:
            self.sign_in(other)
        return self

    # ---- asked for

    def ask(self, kind, agent: str = "8001", **fields):
        return self.do(kind(agent=agent, interaction="c1", **fields))

    def transfer(self, kind: str, name: str, agent: str = "8001", note: str = ""):
        return self.ask(rq.Transfer, agent, to=Target(kind=kind, id=name), note=note)

    def consult(self, kind: str, name: str, agent: str = "8001", note: str = ""):
        return self.ask(rq.Consult, agent, to=Target(kind=kind, id=name), note=note)

    def refused(self, request) -> str:
        """The word of the refusal; nothing may have changed."""
        before = (len(self.events), len(self.commands), self.board.floor(0))
        try:
            self.do(request)
        except rq.Refused as refusal:
            assert (len(self.events), len(self.commands), self.board.floor(0)) == before
            assert refusal.message.endswith(".")
            return refusal.word
        raise AssertionError(f"granted: {request}")

    # ---- what the telephone does

    def seats_taken(self, interaction: str = "c1") -> None:
        """Everybody who was moved arrives."""
        call = self.board.state.calls[interaction]
        for leg in list(call.legs.values()):
            if leg.seat == "room" and leg.bridge != "room":
                self.report(sg.LegJoined, channel=leg.channel, bridge="room")
            elif leg.seat == "held":
                if leg.bridge:
                    self.report(sg.LegLeft, channel=leg.channel, bridge=leg.bridge)
                self.held_beat(interaction)

    def held_beat(self, interaction: str = "c1") -> cm.Leave:
        self.report(sg.HeldBeat, agi=self.agi(), interaction=interaction, channel=self.channel(interaction))
        return self.last(cm.Leave)

    def target_rings(self, interaction: str = "c1") -> str:
        """The phone of whoever is asked rings; returns its channel."""
        consult = self.board.state.calls[interaction].consult
        channel = consult.channel or f"{interaction}-{consult.party}-asked"
        outside = bool(consult.channel)
        self.report(
            sg.LegStarted,
            interaction=interaction,
            channel=channel,
            agent="" if outside else consult.party,
            device=consult.device or "web",
            role="external" if outside else "consult",
        )
        self.report(sg.LegRinging, channel=channel)
        return channel

    def target_answers(self, interaction: str = "c1") -> str:
        self.seats_taken(interaction)
        channel = self.target_rings(interaction)
        self.report(sg.LegAnswered, channel=channel)
        self.report(sg.LegJoined, channel=channel, bridge="room")
        return channel

    def ends(self, channel: str, cause: int = 16) -> None:
        self.report(sg.LegEnded, channel=channel, cause=cause)

    def hung_up(self) -> list[str]:
        return [command.channel for command in self.commands if isinstance(command, cm.HangUp)]

    @property
    def own(self) -> str:
        """8001's leg."""
        return self.leg("c1", "8001")

    def places(self) -> list[tuple[str, str]]:
        """Of the last move: who was sent where."""
        return [(seat.channel, seat.at) for seat in self.last(cm.Seats).seats]

    def state_of(self, agent: str) -> tuple[str, str]:
        view = self.agent(agent)
        return view.state, view.interaction

    def sound(self) -> None:
        """What must hold at any time."""
        assert not self.faults, self.faults
        state = self.board.state
        for call in state.calls.values():
            assert set(call.legs) == {channel for channel, owner in state.legs.items() if owner[0] == call.id}
        for agent in state.agents.values():
            assert bool(agent.hand) == bool(agent.interaction)
            assert not agent.interaction or agent.interaction in state.calls
