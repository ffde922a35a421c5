"""An Asterisk for calls of several: it carries out what is ordered, and reports what comes of it."""

import msgspec

from callcenter.calls import commands as cm
from callcenter.calls import desk as dk
from callcenter.calls import signals as sg
from tests.switchboard.several import Several, centre


class Channel(msgspec.Struct):
    """`place`: wait, offer, pair, partner, room, held, outside, flow, next, ringing."""

    name: str
    call: str
    role: str
    agent: str = ""
    place: str = ""
    bridge: str = ""
    offer: str = ""


class Ringing(msgspec.Struct):
    """A phone that rings. `kind`: offer, agent (by itself), outside, given (the customer, to a number), customer."""

    kind: str
    call: str
    channel: str
    agent: str = ""
    role: str = "agent"
    into: str = ""
    offer: str = ""


class Obedient(Several):
    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.ringing: list[Ringing] = []
        self.dying: list[str] = []
        self.questions: dict[str, str] = {}
        self._done = 0
        self._legs = 0
        super().__init__(wrap_up_s=10, max_wait_s=600)
        plain = centre(wrap_up_s=10, max_wait_s=600)
        queues = (msgspec.structs.replace(plain.queues[0], survey=None), *plain.queues[1:])
        self.apply(msgspec.structs.replace(plain, queues=queues, reconnection=dk.Reconnection(hold_s=10)))

    # ---- people

    def arrive(self, call: str) -> None:
        self.channels[f"{call}-customer"] = Channel(f"{call}-customer", call, "customer", place="wait")
        self.queue_up(call)
        self.drain()

    def end(self, name: str, cause: int = 16) -> None:
        """A leg ends, and whatever the dialplan does about it."""
        channel = self.channels.pop(name, None)
        self.dying = [one for one in self.dying if one != name]
        self.ringing = [one for one in self.ringing if one.channel != name]
        if channel:
            self.report(sg.LegEnded, channel=name, cause=cause)
            self._left(channel)
            self.drain()

    def answer_one(self, one: Ringing) -> None:
        self.ringing.remove(one)
        if one.kind == "customer":
            self.channels[one.channel] = Channel(one.channel, one.call, "customer", place="flow")
            self._ask(sg.FlowWanted, one.channel, caller="", caller_name="", dialled="")
        elif one.channel in self.channels:
            self.report(sg.LegAnswered, channel=one.channel)
            self._answered(one)
        self.drain()

    def fail_one(self, one: Ringing, result: str) -> None:
        self.ringing.remove(one)
        match one.kind:
            case "customer":
                self.report(sg.CustomerCalled, interaction=one.call, result=result)
            case "outside":
                self.report(sg.OutsideCalled, interaction=one.call, channel=one.channel, result=result)
                self.end(one.channel)
            case "given":
                self._next(self._customer(one.call), "outside", "NOANSWER")
            case "offer":
                self.end(one.channel, cause=19)
                customer = self._customer(one.call)
                if customer and customer.offer == one.offer and not self._rung_for(one.offer):
                    self._next(customer, one.offer, "NOANSWER")
            case _:
                self.end(one.channel, cause=19)
                self.report(sg.AgentRung, interaction=one.call, agent=one.agent, result=result)
        self.drain()

    def _answered(self, one: Ringing) -> None:
        leg, customer = self.channels[one.channel], self._customer(one.call)
        if one.kind == "offer":
            for other in self._rung_for(one.offer):
                self.end(other.channel)
            if customer and customer.offer == one.offer:
                self._pair(customer, leg)
            else:
                self.dying.append(one.channel)
        elif one.into == "partner":
            leg.place = "partner"
        else:
            self._into_room(leg)

    def _rung_for(self, offer: str) -> list[Ringing]:
        return [one for one in self.ringing if one.offer and one.offer == offer]

    # ---- orders

    def drain(self) -> None:
        while self._done < len(self.commands):
            self._done += 1
            self._carry_out(self.commands[self._done - 1])

    def _carry_out(self, order) -> None:
        match order:
            case cm.HangUp():
                if order.channel in self.channels:
                    self.dying.append(order.channel)
                self.ringing = [r for r in self.ringing if (r.channel, r.kind) != (order.channel, "customer")]
            case cm.StartOffer() if order.channel in self.channels:
                self._leave(self.channels[order.channel], "offer")
                self.channels[order.channel].offer = order.offer
                for ring in order.rings:
                    self._ring("offer", order.interaction, ring.agent, "agent", "", order.offer)
            case cm.RingAgent():
                self._ring("agent", order.interaction, order.agent, order.role, order.into)
            case cm.CallOutside():
                name, call = order.channel, order.interaction
                self.channels[name] = Channel(name, call, "external", place="ringing")
                self.ringing.append(Ringing("outside", call, name, role="external", into="room"))
                self._started(name)
            case cm.CallCustomer():
                self.ringing.append(Ringing("customer", order.interaction, order.interaction))
            case cm.Seats():
                self._seat(order)
            case cm.GiveAway() | cm.ReturnToWait() if order.channel in self.channels:
                self._give(order, getattr(order, "number", ""))
            case cm.Leave():
                self._lead(order)

    def _give(self, order, number: str) -> None:
        self._leave(self.channels[order.channel], "outside" if number else "wait")
        if number:
            self.ringing.append(Ringing("given", order.interaction, f"given-{order.interaction}"))
        else:
            self._ask(sg.Beat, order.channel)

    def _ring(self, kind: str, call: str, agent: str, role: str, into: str, offer: str = "") -> None:
        self._legs += 1
        name = f"leg{self._legs}-{call}-{agent}"
        self.channels[name] = Channel(name, call, role, agent, "ringing")
        self.ringing.append(Ringing(kind, call, name, agent, role, into, offer))
        self._started(name)

    def _started(self, name: str) -> None:
        leg = self.channels[name]
        device = (self.board.state.agents[leg.agent].device if leg.agent else None) or "web"
        self.report(sg.LegStarted, interaction=leg.call, channel=name, agent=leg.agent, device=device, role=leg.role)
        self.report(sg.LegRinging, channel=name)

    def _seat(self, order: cm.Seats) -> None:
        together = {seat.channel for seat in order.seats}
        for seat in order.seats:
            leg = self.channels.get(seat.channel)
            if leg and leg.place == "pair":
                self.dying += [one.name for one in self._others(leg) if one.name not in together]
        for seat in order.seats:
            leg = self.channels.get(seat.channel)
            if leg and seat.at == "room":
                self._into_room(leg)
            elif leg:
                self._leave(leg, "held", silently=True)
                self._ask(sg.HeldBeat, leg.name)

    def _lead(self, order: cm.Leave) -> None:
        customer = self.channels.get(self.questions.pop(order.agi, ""))
        if customer is None:
            return
        match order.to:
            case "wait":
                customer.place = "wait"
                self._ask(sg.Beat, customer.name)
            case "held" if customer.place != "held":
                customer.place = "held"
                self._ask(sg.HeldBeat, customer.name)
            case "agent":
                partner = self.channels.get(order.partner)
                if partner and partner.place == "partner":
                    self._pair(customer, partner)
                else:
                    self._next(customer, "", "CHANUNAVAIL")
            case "hangup":
                self.dying.append(customer.name)

    def _pair(self, customer: Channel, leg: Channel) -> None:
        customer.place = leg.place = "pair"
        for one in (leg, customer):
            one.bridge = f"pair-{leg.name}"
            self.report(sg.LegJoined, channel=one.name, bridge=one.bridge)

    def _into_room(self, leg: Channel) -> None:
        self._leave(leg, "room", silently=True)
        leg.bridge = f"room-{leg.call}"
        self.report(sg.LegJoined, channel=leg.name, bridge=leg.bridge)

    def _leave(self, leg: Channel, to: str, silently: bool = False) -> None:
        """Out of a bridge or a dial; a phone of the pair, or of the dial, that stays behind alone ends."""
        before = msgspec.structs.replace(leg)
        leg.place, leg.bridge, leg.offer = to, "", ""
        self._forget_questions(leg.name)
        if before.bridge:
            self.report(sg.LegLeft, channel=leg.name, bridge=before.bridge)
        self.dying += [one.channel for one in self._rung_for(before.offer)]
        self.ringing = [one for one in self.ringing if not (one.offer and one.offer == before.offer)]
        self.ringing = [r for r in self.ringing if not (r.kind == "given" and leg.name == self._name(r.call))]
        if before.place == "pair" and not silently:
            self.dying += [one.name for one in self._others(before)]

    def _forget_questions(self, name: str) -> None:
        self.questions = {agi: one for agi, one in self.questions.items() if one != name}

    def _left(self, gone: Channel) -> None:
        """What follows from a leg that is no more."""
        customer = self._customer(gone.call)
        if gone.role == "customer":
            if gone.place == "pair":
                for other in self._others(gone):
                    self.end(other.name)
            for one in [r for r in self.ringing if r.call == gone.call and r.kind in ("offer", "given")]:
                self.ringing = [other for other in self.ringing if other is not one]
                self.end(one.channel)
        elif customer and customer.place == "pair" and customer.bridge == gone.bridge:
            known = self.board.state.calls.get(gone.call)
            self._next(customer, f"{gone.call}-{known.offers if known else 0}", "ANSWER")
        elif customer and customer.place == "room" and gone.place == "room" and not self._others(customer):
            self._next(customer, "room", "ANSWER")

    def _next(self, customer: Channel | None, offer: str, result: str) -> None:
        if customer and customer.name in self.channels:
            bridge = customer.bridge
            customer.place, customer.bridge, customer.offer = "next", "", ""
            if bridge:
                self.report(sg.LegLeft, channel=customer.name, bridge=bridge)
            self._ask(sg.NextWanted, customer.name, offer=offer, result=result, talked=result == "ANSWER")

    def _ask(self, kind, name: str, **fields) -> None:
        agi = self.agi()
        self.questions[agi] = name
        self.report(kind, agi=agi, interaction=self.channels[name].call, channel=name, **fields)

    def beats(self) -> None:
        """Everybody who waits or is held is heard of."""
        for channel in list(self.channels.values()):
            if channel.name in self.channels and channel.place in ("wait", "held"):
                self._ask(sg.Beat if channel.place == "wait" else sg.HeldBeat, channel.name)
                self.drain()

    def _others(self, leg: Channel) -> list[Channel]:
        return [one for one in self.channels.values() if one.bridge == leg.bridge != "" and one.name != leg.name]

    def _customer(self, call: str) -> Channel | None:
        return next((one for one in self.channels.values() if one.call == call and one.role == "customer"), None)

    def _name(self, call: str) -> str:
        customer = self._customer(call)
        return customer.name if customer else ""

    # ---- an outage

    def outage(self) -> None:
        """The link breaks and is there again at once, with a picture of all that lives."""
        self.report(sg.AsteriskLost)
        self.drain()
        called = [
            Channel(r.channel, r.call, "customer", place="ringing") for r in self.ringing if r.kind == "customer"
        ]
        legs = tuple(self._seen(one) for one in (*self.channels.values(), *called))
        agents = self.board.state.agents.values()
        reachable = tuple((agent.id, device) for agent in agents for device in agent.within_reach)
        self.report(sg.AsteriskSnapshot, legs=legs, reachable=reachable)
        self.drain()

    def _seen(self, one: Channel) -> sg.SeenLeg:
        call, agent = self.board.state.calls.get(one.call), self.board.state.agents.get(one.agent)
        return sg.SeenLeg(
            channel=one.name,
            interaction=one.call,
            role=one.role,
            agent=one.agent,
            device=(agent.device or "web") if agent else None,
            up=one.place != "ringing",
            bridge=one.bridge,
            place=_place(one),
            queue=call.queue if call else "",
            queued_at=call.place_at if call else 0.0,
        )


def _place(one: Channel) -> str:
    if one.role != "customer":
        return "room" if one.place == "room" else "other"
    return {"pair": "offer", "next": "other", "ringing": "callback"}.get(one.place, one.place)
