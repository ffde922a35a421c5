"""Supervisors beside a talk when it ends or goes on otherwise: who hears nobody any more, who stays, who is free."""

from callcenter.calls import events as ev
from callcenter.calls.commands import HangUp, Spy
from callcenter.switchboard import phones, seats
from callcenter.switchboard.state import Ear, Interaction, Leg
from callcenter.switchboard.turn import Turn

# ---- the talk


def agent_gone(turn: Turn, call: Interaction) -> None:
    """The agent has left the talk: whoever only listens has nobody to listen to; who barged in may stay."""
    for ear in _ears(turn, call):
        if ear.agent == call.agent and not ear.joined:
            _let_go(turn, ear)


def call_over(turn: Turn, call: Interaction) -> None:
    """The customer is gone."""
    for ear in _ears(turn, call):
        if ear.since:
            end(turn, call, ear)
            turn.order(HangUp(channel=ear.channel))
        else:
            _let_go(turn, ear)


def inherited(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The talk goes on with a supervisor who had barged in, when the agent left."""
    ear = turn.state.ears.get(leg.agent)
    if ear and ear.channel == leg.channel and leg.role == "supervisor":
        turn.emit(
            ev.TakenOver(at=turn.now, interaction=call.id, supervisor=ear.supervisor, by=ear.by, agent=ear.agent)
        )
        ear.joined = False  # the party was closed by who decided this
        end(turn, call, ear)


def agent_back(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The agent's leg is another: whoever still listens goes on with that one."""
    for ear in _ears(turn, call):
        if ear.agent == leg.agent and ear.since and ear.mode != "barge":
            turn.order(Spy(interaction=call.id, channel=ear.channel, spied=leg.channel, mode=ear.mode))


# ---- one of them


def _ears(turn: Turn, call: Interaction) -> list[Ear]:
    return [ear for ear in turn.state.ears.values() if ear.interaction == call.id]


def _let_go(turn: Turn, ear: Ear) -> None:
    """The end of the leg is reported and frees the supervisor."""
    ear.then = None
    if ear.channel:
        turn.order(HangUp(channel=ear.channel))
    if not ear.since:
        forget(turn, ear)


def forget(turn: Turn, ear: Ear) -> None:
    """Nothing was written down of it yet."""
    turn.state.ears.pop(ear.supervisor, None)
    phones.release(turn, ear.supervisor)


def leave_room(turn: Turn, call: Interaction, ear: Ear) -> None:
    party = call.parties.get(ear.channel)
    if ear.joined and party:
        seats.party_left(turn, call, party)
    ear.joined = False


def end(turn: Turn, call: Interaction, ear: Ear) -> None:
    if not ear.since:
        forget(turn, ear)
        return
    leave_room(turn, call, ear)
    turn.emit(
        ev.ListeningEnded(
            at=turn.now,
            interaction=call.id,
            supervisor=ear.supervisor,
            mode=ear.mode,
            listened_s=turn.now - ear.since,
        )
    )
