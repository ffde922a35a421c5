"""Shifts begin and end by the roster."""

from collections.abc import Iterable

from callcenter.calls import events as ev
from callcenter.switchboard import desk
from callcenter.switchboard.turn import Turn


def rosters_changed(turn: Turn) -> None:
    """A roster's next change is due: tell its agents, and let callbacks of its queues rest or go on."""
    changed = set(turn.board.look_at_rosters())
    for roster in changed:
        _tell(turn, turn.board.on_roster[roster])
    for queue in turn.state.queues.values():
        if queue.roster in changed:
            turn.touched_queues.add(queue.id)
            for callback in list(turn.board.callbacks_in[queue.id]):
                turn.refresh_callback(callback)


def catch_up(turn: Turn) -> None:
    """After a start, or with a new centre: everybody's shift is looked at."""
    turn.board.look_at_rosters()
    _tell(turn, list(turn.state.agents))


def _tell(turn: Turn, agent_ids: Iterable[str]) -> None:
    for agent_id in agent_ids:
        agent, spec = turn.state.agents.get(agent_id), turn.state.centre.agent(agent_id)
        on_duty = spec is None or spec.roster is None or turn.board.roster_open(spec.roster)
        if agent and agent.on_duty != on_duty:
            change = ev.ShiftBegan if on_duty else ev.ShiftEnded
            turn.emit(change(at=turn.now, agent=agent_id))
            desk.mirror(turn, agent)
