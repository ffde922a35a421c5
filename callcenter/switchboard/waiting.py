"""Callers in a queue: entering it, what they hear, the keys they may press, and when they go elsewhere."""

from collections.abc import Iterator

import msgspec

from callcenter.acd.needs import Needs, may_serve
from callcenter.calls import events as ev
from callcenter.calls.centre import Destination, Queue
from callcenter.calls.commands import FlowStep, Leave
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

DAY_S = 86_400
HANG_UP = Destination(to="hang_up")
_REASONS = {"voicemail": "voicemail", "callback": "callback"}

Turned = tuple[str, Destination]
"""(why, where instead)"""


def enter(turn: Turn, call: Interaction, way: ways.Enter) -> ways.Way | None:
    """The caller takes a place in line, or is led elsewhere when the queue cannot serve as usual."""
    queue = turn.state.queues.get(way.queue)
    if queue is None:
        return ways.Bye(play=(spoken.try_later(call.language),))
    turned = _turned_away(turn, queue)
    stand_in_line(turn, call, queue, way)
    if turned:
        return _leave(turn, call, *turned, play=way.play)
    to_waiting_room(turn, call, call.asked, way.play)
    return None


def stand_in_line(turn: Turn, call: Interaction, queue: Queue, way: ways.Enter) -> None:
    place_at = way.place_at or call.places.pop(queue.id, 0.0) or turn.now
    tier = next((tier for tier in turn.state.centre.tiers if tier.id == call.tier), None)
    only, only_s = (way.only, way.only_s) if way.only else _last_agent(turn, call, queue)
    turn.emit(
        ev.QueueEntered(
            at=turn.now,
            interaction=call.id,
            queue=queue.id,
            entered_at=place_at,
            credit_s=queue.credit_s + (tier.credit_s if tier else 0),
            skills=way.skills,
            only=only,
            only_until=turn.now + only_s if only else 0.0,
            centre_version=turn.state.centre_version,
        )
    )


def _last_agent(turn: Turn, call: Interaction, queue: Queue) -> tuple[str, float]:
    """(agent, seconds) for whom the caller waits alone: the agent of the last talk, if taking calls of this queue."""
    tier = next((tier for tier in turn.state.centre.tiers if tier.id == call.tier), None)
    sticky_s = tier.sticky_s if tier and tier.sticky_s is not None else queue.sticky_s
    agent = turn.state.agents.get(call.last_agent)
    recent = call.last_talk_at > turn.now - queue.sticky_days * DAY_S
    if not (sticky_s and agent and recent and queue.id in agent.queues):
        return "", 0.0
    if not may_serve(agent.id, agent.skills, Needs(tuple(sorted(queue.skills.items())))):
        return "", 0.0
    takes_calls = agent.intent == "ready" and agent.on_duty and agent.reachable
    return (agent.id, sticky_s) if takes_calls else ("", 0.0)


def foretell(turn: Turn, call: Interaction) -> None:
    """Keep what the caller is told on entering, so that it can be held against what came."""
    ahead = turn.board.router.ahead_of(call.id) or 0
    told = turn.board.foretell(call.queue, ahead)
    if told:
        low_s, high_s = told
        turn.emit(
            ev.WaitForetold(
                at=turn.now, interaction=call.id, queue=call.queue, low_s=low_s, high_s=high_s, ahead=ahead
            )
        )


# ---- where callers go instead


def _turned_away(turn: Turn, queue: Queue) -> Turned | None:
    """Why a caller cannot enter now, and where the queue sends such callers; None: the caller may wait."""
    instead, muster = queue.instead, turn.board.musters[queue.id]
    if not turn.board.is_open(queue):
        return "closed", instead.closed or HANG_UP
    checks = (
        ("full", instead.full or HANG_UP, queue.capacity and turn.board.router.waiting(queue.id) >= queue.capacity),
        *_unmanned(turn, queue),
        (
            "all_paused",
            instead.all_paused,
            muster.signed_in and len(muster.by_state["paused"]) == len(muster.signed_in),
        ),
    )
    return next(((why, to) for why, to, holds in checks if to and holds), None)


def _unmanned(turn: Turn, queue: Queue) -> Iterator[tuple[str, Destination | None, bool]]:
    muster = turn.board.musters[queue.id]
    yield "nobody_on_duty", queue.instead.nobody_on_duty, not muster.on_duty
    yield "nobody_signed_in", queue.instead.nobody_signed_in, not muster.at_work


def _must_go(turn: Turn, call: Interaction, queue: Queue) -> Turned | None:
    """Why a waiting caller cannot wait any longer. A queue that closes still serves while somebody is at work."""
    if turn.now - call.entered_at >= queue.max_wait_s:
        too_long = queue.instead.too_long
        return "too_long", too_long if too_long and not _declined(call, too_long) else HANG_UP
    if not turn.board.is_open(queue) and not turn.board.musters[queue.id].at_work:
        return "closed", queue.instead.closed or HANG_UP
    unmanned = ((why, to) for why, to, holds in _unmanned(turn, queue) if to and holds)
    return next(((why, to) for why, to in unmanned if not _declined(call, to)), None)


def _declined(call: Interaction, to: Destination) -> bool:
    """The caller was asked about a callback already, and would rather wait."""
    return to.to == "callback" and call.asked_callback


def _leave(turn: Turn, call: Interaction, why: str, to: Destination, play: tuple[Prompt, ...] = ()) -> ways.Way:
    """Out of the queue, except for the conversation about a callback, in which the place is kept."""
    if to.to != "callback":
        ended = to.to == "hang_up"
        reason = _REASONS.get(to.to, "timeout" if ended and why == "too_long" else "overflow")
        leave_queue(turn, call, reason, why, "" if ended else to.id or call.queue)
    return _after(ways.of(to, call, _apology(why, call)), play)


def _after(way: ways.Way, play: tuple[Prompt, ...]) -> ways.Way:
    return msgspec.structs.replace(way, play=(*play, *way.play)) if play else way


def _apology(why: str, call: Interaction) -> Prompt:
    said = {"closed": spoken.closed, "full": spoken.queue_full, "too_long": spoken.too_long}
    return said.get(why, spoken.nobody_available if why.startswith(("nobody", "all")) else spoken.try_later)(
        call.language
    )


def leave_queue(turn: Turn, call: Interaction, reason: str, why: str = "", to: str = "") -> None:
    """Out of the line without an agent. A customer who was called back and goes elsewhere is not called again."""
    turn.emit(
        ev.QueueLeft(
            at=turn.now,
            interaction=call.id,
            queue=call.queue,
            reason=reason,  # type: ignore[arg-type]
            waited_s=turn.now - call.entered_at,
            why=why,  # type: ignore[arg-type]
            to=to,
        )
    )
    if call.callback in turn.state.callbacks:
        turn.emit(
            ev.CallbackEnded(
                at=turn.now, callback=call.callback, result="cancelled", interaction=call.id, by="customer"
            )
        )


# ---- in the waiting room


def beat(turn: Turn, call: Interaction) -> ways.Way | None:
    """The heartbeat: out when it has taken too long, an announcement now and then, else on with the music."""
    queue = turn.state.queues.get(call.queue)
    if queue is None:
        return ways.Bye(play=(spoken.try_later(call.language),))
    turned = _must_go(turn, call, queue)
    if turned:
        return _leave(turn, call, *turned)
    if call.apology_due:
        call.apology_due = False
        turn.order(Leave(agi=call.asked, to="stay", play=(spoken.agent_lost(call.language),)))
    elif turn.now - call.announced_at >= queue.announce_every_s:
        _announce(turn, call, queue)
    else:
        turn.order(Leave(agi=call.asked, to="stay"))
    return None


def _announce(turn: Turn, call: Interaction, queue: Queue) -> None:
    """A key cuts it short and counts; an offer interrupts it at once, so it never delays a connect."""
    play = tuple(_announcement(turn, call, queue))
    call.announced_at, call.told = turn.now, call.told + 1
    if queue.exits and play:
        turn.order(FlowStep(agi=call.asked, play=play, max_digits=1, timeout_s=0.0))
    else:
        turn.order(Leave(agi=call.asked, to="stay", play=play))


def _announcement(turn: Turn, call: Interaction, queue: Queue) -> Iterator[Prompt]:
    ahead = turn.board.router.ahead_of(call.id) or 0
    if not turn.board.musters[queue.id].at_work:
        yield spoken.nobody_here(call.language)
    else:
        if "position" in queue.announce:
            yield spoken.position(ahead, call.language)
        told = turn.board.foretell(queue.id, ahead) if "wait" in queue.announce else None
        if told:
            yield spoken.wait_range(*told, call.language)
    if queue.announcements and call.told:
        yield spoken.text(queue.announcements[(call.told - 1) % len(queue.announcements)], call.language)
    if queue.exits_text:
        yield spoken.text(queue.exits_text, call.language)


def key(turn: Turn, call: Interaction, key: str) -> ways.Way | None:
    """A key in the waiting room; none, or one that means nothing here, changes nothing."""
    queue = turn.state.queues.get(call.queue)
    to = queue.exits.get(key[:1]) if queue and key else None
    if key:
        turn.emit(
            ev.KeyPressed(
                at=turn.now, interaction=call.id, flow="", node="waiting", key=key[:1], valid=to is not None
            )
        )
    if to is None:
        turn.order(Leave(agi=call.asked, to="stay"))
        return None
    return _leave(turn, call, "key", to)


def wait_on(turn: Turn, call: Interaction, way: ways.WaitOn) -> None:
    """Back to the music."""
    to_waiting_room(turn, call, call.asked, way.play)


def to_waiting_room(turn: Turn, call: Interaction, agi: str, play: tuple[Prompt, ...] = ()) -> None:
    queue = turn.state.queues.get(call.queue)
    turn.order(
        Leave(
            agi=agi,
            to="wait",
            play=play,
            language=call.language,
            queue=call.queue,
            queued_at=call.place_at,
            music=queue.music if queue else "",
        )
    )
