"""Why a caller waits: everybody who serves the queue, and what keeps each from this caller."""

from collections.abc import Iterator

from callcenter.acd.agent import Agent
from callcenter.acd.needs import Needs, Stage, may_serve, stages
from callcenter.calls import events as ev
from callcenter.calls import views
from callcenter.switchboard import waiting
from callcenter.switchboard.board import Board, needed
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

LISTED = 200


def note_unserved(turn: Turn) -> None:
    """Write down, at the end of a turn, how long the calls that began to wait in it will, and why they do."""
    for call_id in turn.unserved:
        call = turn.call(call_id)
        if call and call.phase == "waiting" and call.in_queue and call.offer is None:
            if call.entered_at == turn.now:
                waiting.foretell(turn, call)
            turn.emit(_no_agent_yet(turn, call))


def _no_agent_yet(turn: Turn, call: Interaction) -> ev.NoAgentYet:
    router, muster = turn.board.router, turn.board.musters[call.queue]
    stage, ready = router.stage_of(call.id), router.idle(call.queue)
    return ev.NoAgentYet(
        at=turn.now,
        interaction=call.id,
        queue=call.queue,
        ahead=router.ahead_of(call.id) or 0,
        ready=ready,
        lacking=ready,  # whoever is free and could serve this caller would have been offered the call
        excluded=muster.excluded(),
        level=stage.level if stage else 10,
    )


def why(board: Board, interaction: str) -> views.Why | None:
    """The present picture for a call that is in a queue; None when there is no such call."""
    call = board.state.calls.get(interaction)
    if call is None or not call.in_queue:
        return None
    stage, next_at = _stage(board, call)
    members = sorted(board.musters[call.queue].members)
    agents = [board.state.agents[agent] for agent in members if agent in board.state.agents]
    seen = sorted(
        (_bystander(board, call, agent, stage.needs) for agent in agents),
        key=lambda one: (one.excluded != "", one.agent),
    )
    return views.Why(
        interaction=call.id,
        at=board.now,
        queue=call.queue,
        phase=call.phase,
        waited_s=board.now - call.entered_at,
        credit_s=call.credit_s,
        ahead=board.router.ahead_of(call.id) or 0,
        needs=dict(stage.needs.skills),
        level=stage.level,
        next_relaxation_at=next_at,
        only=stage.needs.only,
        only_until=call.only_until if stage.needs.only else 0.0,
        agents=tuple(seen[:LISTED]),
        more=max(0, len(seen) - LISTED),
    )


def _stage(board: Board, call: Interaction) -> tuple[Stage, float]:
    """(what counts now, when that changes; 0: never)."""
    queue = board.state.queues.get(call.queue)
    relax = queue.relax if queue else ()
    all_stages = stages(call.place_at, needed(queue, call.skills), relax, call.only, call.only_until)
    later = [stage.at for stage in all_stages[1:] if stage.at > board.now]
    return all_stages[len(all_stages) - 1 - len(later)], later[0] if later else 0.0


def _bystander(board: Board, call: Interaction, agent: Agent, needs: Needs) -> views.Bystander:
    state = agent.state(board.now)
    excluded: str = "" if state == "ready" else state
    detail = agent.reason if state == "paused" else agent.interaction
    if not excluded and needs.only not in ("", agent.id):
        excluded = "not_the_agent"
    if not may_serve(agent.id, agent.skills, Needs(needs.skills)) and (not excluded or state == "ready"):
        excluded, detail = "lacks_skill", ", ".join(_lacking(agent, needs))
    if not excluded and call.phase == "waiting":
        excluded = "other_call" if agent.legs else "serves_more_due"
    return views.Bystander(agent=agent.id, name=agent.name, excluded=excluded, since=agent.since, detail=detail)  # type: ignore[arg-type]


def _lacking(agent: Agent, needs: Needs) -> Iterator[str]:
    for skill, level in needs.skills:
        if agent.skills.get(skill, 0) < level:
            yield f"{skill} {level}"
