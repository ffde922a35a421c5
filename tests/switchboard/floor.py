"""A telephone for a floor with supervisors: 9001 and 9002 serve no queue; there are two conference rooms."""

import msgspec

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import desk as dk
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from tests.switchboard import several
from tests.switchboard.several import Several

HOLD_S = 20


def centre(hold_s: int = HOLD_S, **queue) -> ct.Centre:
    plain = several.centre(**queue)
    supervisors = tuple(ct.Agent(id=a, name=a) for a in ("9001", "9002"))
    rooms = (
        dk.Room(id="team", name=Text("团队", "Team"), number="700", most=3),
        dk.Room(id="board", name=Text("董事会", "Board"), number="701", most=50),
    )
    return msgspec.structs.replace(
        plain,
        agents=(*plain.agents, *supervisors),
        rooms=rooms,
        reconnection=dk.Reconnection(hold_s=hold_s),
    )


class Floor(Several):
    def __init__(self, state=None, now: float = 1_700_000_000.0, hold_s: int = HOLD_S, **queue) -> None:
        super(Several, self).__init__(state, now, centre=centre(hold_s, **queue))
        if state is None:
            for supervisor in ("9001", "9002"):
                self.sign_in(supervisor, ready=False)

    # ---- supervisors

    def listen(self, mode: str = "listen", agent: str = "8001", supervisor: str = "9001"):
        return self.do(rq.Listen(by="lee", supervisor=supervisor, agent=agent, mode=mode))

    def listens(self, mode: str = "listen", agent: str = "8001", supervisor: str = "9001") -> str:
        """Asked for, rung, answered; returns the supervisor's channel."""
        self.listen(mode, agent, supervisor)
        channel = self.supervisor_rings(supervisor)
        self.report(sg.LegAnswered, channel=channel)
        return channel

    def supervisor_rings(self, supervisor: str = "9001") -> str:
        ring = self.last(cm.RingAgent)
        assert (ring.agent, ring.role) == (supervisor, "supervisor")
        self._count += 1
        channel = f"spy{self._count}-{supervisor}"
        self.report(
            sg.LegStarted,
            interaction=ring.interaction,
            channel=channel,
            agent=supervisor,
            device=ring.device,
            role="supervisor",
        )
        self.report(sg.LegRinging, channel=channel)
        return channel

    def barges(self, agent: str = "8001", supervisor: str = "9001") -> str:
        """In the room with everybody."""
        channel = self.listens("barge", agent, supervisor)
        self.all_meet(channel)
        return channel

    def all_meet(self, *channels: str, interaction: str = "c1") -> None:
        call = self.board.state.calls[interaction]
        agents = [leg.channel for leg in call.legs.values() if leg.agent == call.agent]
        for channel in dict.fromkeys((*agents, call.channel, *channels)):
            self.report(sg.LegJoined, channel=channel, bridge=f"{interaction}-room")

    # ---- a phone that is lost, and back

    def reload(self, agent: str = "8001", interaction: str = "c1") -> None:
        """The page is loaded anew: its socket closes, the leg goes, the customer's dial is over."""
        self.report(sg.PhoneSeen, agent=agent, device="web", reachable=False)
        self.agent_leg_ends(interaction, agent)
        self.next_wanted(interaction, "ANSWER", talked=True)

    def page_back(self, agent: str = "8001") -> None:
        self.report(sg.PhoneSeen, agent=agent, device="web", reachable=True)

    def rung_again(self, agent: str = "8001", interaction: str = "c1") -> str:
        """The phone takes the call by itself; returns the new leg."""
        ring = self.last(cm.RingAgent)
        assert (ring.agent, ring.interaction, ring.into, ring.auto_answer) == (agent, interaction, "room", True)
        self._count += 1
        channel = f"again{self._count}-{agent}"
        self.agent_legs[interaction, agent] = channel
        self.report(sg.LegStarted, interaction=interaction, channel=channel, agent=agent, device="web")
        self.report(sg.LegRinging, channel=channel)
        self.report(sg.LegAnswered, channel=channel)
        return channel

    # ---- what is to be seen

    def ordered(self, kind) -> list:
        return [command for command in self.commands if isinstance(command, kind)]

    def room(self, room: str = "team"):
        return self.board.floor(0).rooms[room]

    def parties(self, interaction: str = "c1") -> list[tuple[str, str, str | None]]:
        return [(party.who, party.state, party.mode) for party in self.view(interaction).parties]

    def sound(self) -> None:
        super().sound()
        state = self.board.state
        for ear in state.ears.values():
            assert ear.interaction in state.calls
            assert not ear.since or ear.channel in state.legs
        listening = {agent.id for agent in state.agents.values() if agent.listens_to}
        assert listening == {ear.supervisor for ear in state.ears.values() if ear.since}
