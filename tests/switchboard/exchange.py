"""Asterisk's part for calls of several, played faithfully: what is ordered happens, at once or when a test says so.

Legs are in one place each: flow, wait, offer, room, held, spy. A leg that is rung stands in `ringing` until a test
answers it or lets it fail.
"""

from typing import Any

import msgspec

from callcenter.calls import commands as cm
from callcenter.calls import signals as sg
from tests.switchboard.floor import Floor


class Live(msgspec.Struct):
    channel: str
    interaction: str
    role: str
    agent: str = ""
    place: str = "offer"
    up: bool = False
    into: str = ""
    offer: str = ""


class Exchange:
    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.legs: dict[str, Live] = {}
        self.done = len(floor.commands)
        self.count = 0
        self.talked: set[str] = set()
        self._orders: dict[type, Any] = {
            cm.StartOffer: self._start_offer,
            cm.RingAgent: self._ring_agent,
            cm.HangUp: self._hang_up,
            cm.Seats: self._seats,
            cm.Spy: self._spy,
            cm.ReturnToWait: self._return_to_wait,
            cm.GiveAway: self._give_away,
            cm.Leave: self._leave,
        }

    # ---- carrying out

    def settle(self) -> None:
        """Carry out what was ordered, and what is ordered because of it."""
        for _ in range(300):
            if self.done >= len(self.floor.commands):
                return
            command = self.floor.commands[self.done]
            self.done += 1
            if carry_out := self._orders.get(type(command)):
                carry_out(command)
        raise AssertionError("no end to what is ordered")

    def _start_offer(self, command: cm.StartOffer) -> None:
        self._move(command.channel, "offer")
        for ring in command.rings:
            self._ring(command.interaction, ring.agent, "agent", ring.device, "offer", offer=command.offer)

    def _ring_agent(self, command: cm.RingAgent) -> None:
        if self.floor.board.state.agents[command.agent].within_reach:
            self._ring(command.interaction, command.agent, command.role, command.device, command.into)
        else:
            self._tell(sg.AgentRung, interaction=command.interaction, agent=command.agent, result="unreachable")

    def _ring(self, interaction: str, agent: str, role: str, device: str, into: str, offer: str = "") -> None:
        self.count += 1
        channel = f"leg{self.count}"
        self.legs[channel] = Live(channel, interaction, role, agent, "ringing", False, into, offer)
        self._tell(sg.LegStarted, interaction=interaction, channel=channel, agent=agent, device=device, role=role)
        self._tell(sg.LegRinging, channel=channel)

    def _hang_up(self, command: cm.HangUp) -> None:
        self.end(command.channel)

    def _seats(self, command: cm.Seats) -> None:
        for seat in command.seats:
            self._move(seat.channel, seat.at)

    def _spy(self, command: cm.Spy) -> None:
        self._move(command.channel, "room" if command.mode == "barge" else "spy")

    def _return_to_wait(self, command: cm.ReturnToWait) -> None:
        self._move(command.channel, "wait")

    def _give_away(self, command: cm.GiveAway) -> None:
        self._move(command.channel, "wait")

    def _leave(self, command: cm.Leave) -> None:
        asked = next((leg for leg in self.legs.values() if leg.offer == command.agi), None)
        if asked is None or command.to == "stay":
            return
        asked.offer = ""
        if command.to == "hangup":
            self.end(asked.channel)
        elif command.to == "flow":
            self._move(asked.channel, "flow")
            self.floor.call(asked.interaction)
        else:
            self._move(asked.channel, command.to)

    def _move(self, channel: str, place: str) -> None:
        leg = self.legs.get(channel)
        if leg is None or leg.place == place:
            return
        was, leg.place = leg.place, place
        self._tell(sg.LegLeft, channel=channel, bridge=f"{leg.interaction}-{was}")
        if place == "room":
            self._tell(sg.LegJoined, channel=channel, bridge=f"{leg.interaction}-room")
        if was == "offer" and leg.role == "customer":
            for other in self._here(leg.interaction, "offer"):
                self.end(other.channel)  # a pair that is parted loses the agent's leg
        if was == "room":
            self._alone(leg.interaction)

    def _here(self, interaction: str, place: str) -> list[Live]:
        return [leg for leg in self.legs.values() if leg.interaction == interaction and leg.place == place]

    def _alone(self, interaction: str) -> None:
        """A customer whom the last of the others has left in the room asks what is next."""
        there = self._here(interaction, "room")
        if len(there) == 1 and there[0].role == "customer":
            self._next(there[0], "room", "ANSWER", True)

    def _next(self, customer: Live, offer: str, result: str, talked: bool) -> None:
        customer.place = "next"
        customer.offer = agi = self.floor.agi()
        self._tell(
            sg.NextWanted,
            agi=agi,
            interaction=customer.interaction,
            channel=customer.channel,
            offer=offer,
            result=result,
            talked=talked,
        )

    def _tell(self, kind: Any, **fields: Any) -> None:
        self.floor.report(kind, **fields)

    # ---- what people do

    def calls_in(self, interaction: str) -> None:
        channel = f"{interaction}-customer"
        self.legs[channel] = Live(channel, interaction, "customer", place="flow", up=True)
        self.floor.queue_up(interaction)
        self._move(channel, "wait")
        self.settle()

    def answers(self, leg: Live) -> None:
        leg.up = True
        self._tell(sg.LegAnswered, channel=leg.channel)
        if leg.channel not in self.legs:
            return
        if leg.into == "offer":
            self._meets(leg)
        else:
            self._move(leg.channel, leg.into)
        self.settle()

    def _meets(self, leg: Live) -> None:
        """A pair for the first talk of a call, a room for any later one."""
        place = "room" if leg.interaction in self.talked else "offer"
        self.talked.add(leg.interaction)
        for channel in (leg.channel, f"{leg.interaction}-customer"):
            if channel in self.legs:
                self.legs[channel].place = place
                self._tell(sg.LegJoined, channel=channel, bridge=f"{leg.interaction}-{place}")

    def fails(self, leg: Live) -> None:
        """Nobody answers."""
        self.end(leg.channel, 19)
        if leg.into != "offer":
            self._tell(sg.AgentRung, interaction=leg.interaction, agent=leg.agent, result="no_answer")
        self.settle()

    def end(self, channel: str, cause: int = 16) -> None:
        """The leg is gone, with what hangs on it."""
        leg = self.legs.pop(channel, None)
        if leg is None:
            return
        if leg.role == "customer":
            self._tell(sg.LegLeaving, channel=channel)
            for other in self._here(leg.interaction, "offer"):
                self.end(other.channel)
            for other in [one for one in self._here(leg.interaction, "ringing") if one.into == "offer"]:
                self.end(other.channel)
        for other in [one for one in self.legs.values() if one.place == "spy" and leg.agent]:
            ear = self.floor.board.state.ears.get(other.agent)
            if ear and ear.agent == leg.agent and ear.interaction == leg.interaction and leg.role != "supervisor":
                self.end(other.channel)
        self._tell(sg.LegEnded, channel=channel, cause=cause)
        self._follow(leg)

    def _follow(self, leg: Live) -> None:
        customer = self.legs.get(f"{leg.interaction}-customer")
        if leg.place == "room":
            self._alone(leg.interaction)
        elif customer and customer.place == "offer" and leg.role == "agent" and leg.into == "offer":
            self._next(customer, leg.offer, "ANSWER" if leg.up else "NOANSWER", leg.up)

    def beats(self) -> None:
        """Everybody on hold, or in the waiting room, tells of it."""
        for leg in list(self.legs.values()):
            if leg.role == "customer" and leg.place in ("held", "wait") and leg.channel in self.legs:
                leg.offer = agi = self.floor.agi()
                kind = sg.HeldBeat if leg.place == "held" else sg.Beat
                self._tell(kind, agi=agi, interaction=leg.interaction, channel=leg.channel)
                self.settle()
