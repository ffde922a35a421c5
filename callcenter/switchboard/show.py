"""What the pages are shown of the state: views of the entities a turn has touched, or of all."""

from collections.abc import Iterator

from callcenter.acd.agent import Agent
from callcenter.calls import views
from callcenter.calls.centre import Queue
from callcenter.calls.languages import Text
from callcenter.switchboard import recording
from callcenter.switchboard.board import Board
from callcenter.switchboard.changes.days import day_of
from callcenter.switchboard.changes.floor import NOTICE_KEPT_S
from callcenter.switchboard.desk import wrap_up_may_end
from callcenter.switchboard.state import Callback, Consult, Interaction, Offer
from callcenter.switchboard.turn import Turn


def floor(board: Board, seq: int) -> views.Floor:
    """A complete picture. `seq`: the ledger position it shows."""
    state = board.state
    return views.Floor(
        seq=seq,
        system=system_view(board),
        agents={agent.id: agent_view(board, agent) for agent in state.agents.values()},
        calls={call.id: call_view(board, call) for call in state.calls.values()},
        queues={queue.id: queue_view(board, queue) for queue in state.queues.values()},
        callbacks={callback.id: callback_view(board, callback) for callback in state.callbacks.values()},
        rooms={room: view for room in _rooms(board) if (view := room_view(board, room))},
        notices={one.id: one for one in state.notices.values() if one.at + NOTICE_KEPT_S > board.now},
        mismatches=dict(state.mismatches),
    )


def delta(turn: Turn, seq: int) -> views.Delta:
    """What the turn has changed."""
    board, state = turn.board, turn.state
    agents = {a: state.agents.get(a) for a in turn.touched_agents}
    calls = {c: state.calls.get(c) for c in turn.touched_calls}
    queues = {q: state.queues.get(q) for q in turn.touched_queues}
    callbacks = {c: state.callbacks.get(c) for c in turn.touched_callbacks}
    return views.Delta(
        seq=seq,
        system=system_view(board) if turn.touched_system else None,
        agents={key: agent_view(board, agent) if agent else None for key, agent in agents.items()},
        calls={key: call_view(board, call) if call else None for key, call in calls.items()},
        queues={key: queue_view(board, queue) if queue else None for key, queue in queues.items()},
        callbacks={key: callback_view(board, one) if one else None for key, one in callbacks.items()},
        rooms={room: room_view(board, room) for room in turn.touched_rooms},
        notices={notice: state.notices.get(notice) for notice in turn.touched_notices},
        mismatches={one: state.mismatches.get(one) for one in turn.touched_mismatches},
    )


def system_view(board: Board) -> views.SystemView:
    state = board.state
    return views.SystemView(
        asterisk="up" if state.asterisk_up else "down",
        asterisk_since=state.asterisk_since,
        centre_version=state.centre_version,
        started_at=state.started_at,
        recording_space=state.recording_space,
        recordings_missing=state.recordings_missing,
    )


def agent_view(board: Board, agent: Agent) -> views.AgentView:
    ear = board.state.ears.get(agent.id) if agent.listens_to else None
    return views.AgentView(
        id=agent.id,
        name=agent.name,
        state=agent.state(board.now),
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
        groups=agent.groups,
        skills=agent.skills,
        calls_today=agent.calls_today if agent.calls_day == day_of(board.state.centre.zone, board.now) else 0,
        on_duty=agent.on_duty,
        wrap_up_may_end=agent.hand != "wrap_up" or wrap_up_may_end(board, agent),
        listens_to=agent.listens_to,
        listen_mode=ear.mode if ear else None,
        room=agent.room,
    )


def _within(call: Interaction) -> tuple[str, ...]:
    callers = (call.session or {}).get("callers", ())
    return tuple(f"{each['flow']}.{each['node']}" for each in callers)


def call_view(board: Board, call: Interaction) -> views.CallView:
    ahead = board.router.ahead_of(call.id) if call.in_queue else None
    low_s, high_s = call.foretold or (0.0, 0.0)
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
        flow_version=call.flow_version,
        node=call.node,
        within=_within(call),
        keys=tuple(call.keys),
        queue=call.queue,
        queued_at=call.place_at,
        offer=offer_view(call.offer) if call.offer else None,
        agent=call.agent or call.begun_by or _reserved(board, call),
        device=call.device,
        connected_at=call.connected_at,
        note=call.note,
        disposition=call.disposition,
        customer=call.customer,
        tier=call.tier,
        credit_s=call.credit_s,
        ahead=-1 if ahead is None else ahead,
        only=call.only if call.only_until > board.now else "",
        only_until=call.only_until,
        foretold_low_s=low_s,
        foretold_high_s=high_s,
        callback=call.callback,
        direction=call.direction,
        as_number=call.as_number,
        consult=_consult_view(call.consult),
        parties=tuple(_parties(board, call)),
        back_until=call.back_until if call.phase == "reconnecting" else 0.0,
        transfer_note=call.transfer_note,
        transferred_by=call.transferred_by,
        recording=recording.shown(call),
        pause_until=call.pause_until,
    )


def _consult_view(consult: Consult | None) -> views.ConsultView | None:
    if consult is None:
        return None
    return views.ConsultView(
        to=consult.to, state=consult.state, since=consult.since, party=consult.party, note=consult.note
    )


def _parties(board: Board, call: Interaction) -> Iterator[views.PartyView]:
    """Who talks with customer and agent, then the supervisors who take part otherwise."""
    ears = {ear.channel: ear for ear in board.state.ears.values() if ear.interaction == call.id and ear.since}
    for party in call.parties.values():
        joined = ears.pop(party.channel, None)
        yield views.PartyView(
            channel=party.channel,
            role=party.role,
            who=party.who,
            since=party.since,
            state=party.state,
            mode=joined.mode if joined else party.mode,
        )
    for ear in ears.values():
        yield views.PartyView(
            channel=ear.channel,
            role="supervisor",
            who=ear.supervisor,
            since=ear.since,
            state="listening",
            mode=ear.mode,
        )


def _reserved(board: Board, call: Interaction) -> str:
    """Who is to talk with the customer who is being called back."""
    callback = board.state.callbacks.get(call.callback)
    return callback.agent if callback and callback.interaction == call.id else ""


def offer_view(offer: Offer) -> views.OfferView:
    first = offer.first
    return views.OfferView(
        id=offer.id, agent=first.agent, device=first.device, until=offer.until, agents=tuple(offer.rings)
    )


def callback_view(board: Board, callback: Callback) -> views.CallbackView:
    return views.CallbackView(
        id=callback.id,
        state=board.callback_state(callback),
        number=callback.number,
        queue=callback.queue,
        queued_at=callback.entered_at,
        asked_in=callback.asked_in,
        asked_at=callback.asked_at,
        again_at=callback.again_at,
        expires_at=callback.expires_at,
        attempts=callback.attempts,
        agent=callback.agent,
        interaction=callback.interaction,
        caller_name=callback.caller_name,
        tier=callback.tier,
        low_s=callback.low_s,
        high_s=callback.high_s,
    )


def queue_view(board: Board, queue: Queue) -> views.QueueView:
    told = board.foretell(queue.id, board.router.waiting(queue.id)) or (0.0, 0.0)
    waiting, longest_since = board.on_the_line(queue.id)
    kept = board.state.kept.get(queue.id)
    today = kept and kept.day == day_of(board.state.centre.zone, board.now)
    return views.QueueView(
        id=queue.id,
        name=queue.name,
        waiting=waiting,
        longest_since=longest_since,
        staffed=len(board.musters[queue.id].signed_in),
        ready=board.router.idle(queue.id),
        callbacks=len(board.callbacks_in[queue.id]),
        open=board.is_open(queue),
        foretold_low_s=told[0],
        foretold_high_s=told[1],
        foretold=kept.told if kept and today else 0,
        held=kept.held if kept and today else 0,
    )


def _rooms(board: Board) -> set[str]:
    """The centre's, and those it no longer has in which somebody still is."""
    return {room.id for room in board.state.centre.rooms} | set(board.state.rooms)


def room_view(board: Board, room_id: str) -> views.RoomView | None:
    """None: the centre has no such room (any more), and nobody is in it."""
    spec = next((room for room in board.state.centre.rooms if room.id == room_id), None)
    room = board.state.rooms.get(room_id)
    members = tuple(room.members.values()) if room else ()
    if spec is None and not members:
        return None
    return views.RoomView(
        id=room_id,
        name=spec.name if spec else Text(room_id, room_id),
        number=spec.number if spec else "",
        most=spec.most if spec else len(members),
        locked=bool(room and room.locked),
        members=members,
    )
