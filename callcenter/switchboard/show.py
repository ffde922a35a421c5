"""What the pages are shown of the state: views of the entities a turn has touched, or of all."""

from callcenter.acd.agent import Agent
from callcenter.calls import views
from callcenter.calls.centre import Queue
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Board, Turn


def floor(board: Board, seq: int) -> views.Floor:
    """A complete picture. `seq`: the ledger position it shows."""
    state = board.state
    return views.Floor(
        seq=seq,
        system=system_view(board),
        agents={agent.id: agent_view(agent, board.now) for agent in state.agents.values()},
        calls={call.id: call_view(call) for call in state.calls.values()},
        queues={queue.id: queue_view(board, queue) for queue in state.queues.values()},
    )


def delta(turn: Turn, seq: int) -> views.Delta:
    """What the turn has changed."""
    board, state = turn.board, turn.state
    agents = {a: state.agents.get(a) for a in turn.touched_agents}
    calls = {c: state.calls.get(c) for c in turn.touched_calls}
    queues = {q: state.queues.get(q) for q in turn.touched_queues}
    return views.Delta(
        seq=seq,
        system=system_view(board) if turn.touched_system else None,
        agents={key: agent_view(agent, turn.now) if agent else None for key, agent in agents.items()},
        calls={key: call_view(call) if call else None for key, call in calls.items()},
        queues={key: queue_view(board, queue) if queue else None for key, queue in queues.items()},
    )


def system_view(board: Board) -> views.SystemView:
    state = board.state
    return views.SystemView(
        asterisk="up" if state.asterisk_up else "down",
        asterisk_since=state.asterisk_since,
        centre_version=state.centre_version,
        started_at=state.started_at,
    )


def agent_view(agent: Agent, now: float) -> views.AgentView:
    return views.AgentView(
        id=agent.id,
        name=agent.name,
        state=agent.state(now),
        intent=agent.intent,
        since=agent.since,
        reason=agent.reason,
        paused_by=agent.paused_by,
        device=agent.device,
        reachable=agent.reachable,
        queues=agent.queues,
        interaction=agent.interaction,
        wrap_up_until=agent.wrap_up_until if agent.hand == "wrap_up" else 0.0,
        missed=agent.missed,
    )


def call_view(call: Interaction) -> views.CallView:
    offer = call.offer
    return views.CallView(
        id=call.id,
        phase=call.phase,
        since=call.since,
        arrived_at=call.arrived_at,
        caller=call.caller,
        caller_name=call.caller_name,
        dialled=call.dialled,
        language=call.language,
        flow=call.flow,
        node=call.node,
        keys=tuple(call.keys),
        queue=call.queue,
        queued_at=call.place_at,
        offer=views.OfferView(id=offer.id, agent=offer.agent, device=offer.device, until=offer.until)
        if offer
        else None,
        agent=call.agent,
        device=call.device,
        connected_at=call.connected_at,
        note=call.note,
        disposition=call.disposition,
    )


def queue_view(board: Board, queue: Queue) -> views.QueueView:
    first = board.router.first_waiting(queue.id)
    return views.QueueView(
        id=queue.id,
        name=queue.name,
        waiting=board.router.waiting(queue.id),
        longest_since=first or 0.0,
        staffed=len(board.staffed.get(queue.id, ())),
        ready=board.router.idle(queue.id),
    )
