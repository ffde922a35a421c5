"""Callers who keep their place without holding the line.

A callback stands in line like its caller would. When an agent is free for it, the agent is reserved first, so
there are never more callbacks in flight than agents to take them; then the customer is called (or first the
agent, as the queue's policy says) in a call of its own, which carries the callback's id.
"""

from callcenter.acd.router import Match
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import CallbackPolicy, Queue
from callcenter.calls.commands import CallCustomer, FlowStep, HangUp, Leave, RingAgent
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import offers, recording, waiting, ways
from callcenter.switchboard.state import Callback, Interaction
from callcenter.switchboard.turn import Turn

NO_POLICY = CallbackPolicy()  # of a queue that has had its callbacks switched off since
_FAILED = {"no_answer": "no_answer", "busy": "busy", "unreachable": "unreachable"}


# ---- asked for


def foretold(turn: Turn, call: Interaction) -> tuple[float, float] | None:
    """What the caller can be told about the wait: standing in line or, in a flow, at its end."""
    queue = turn.state.queues.get(call.queue)
    if queue is None:
        return None
    return turn.board.foretell(
        queue.id, turn.board.router.ahead_at(queue.id, (call.place_at or turn.now) - call.credit_s)
    )


def pending(turn: Turn, call: Interaction) -> bool:
    """Whether this number already has a callback in the queue."""
    return _pending(turn, call.queue, call.caller) is not None


def _pending(turn: Turn, queue: str, number: str) -> Callback | None:
    return turn.state.callbacks.get(turn.board.booked.get((queue, number), "")) if number else None


def give_up_place(turn: Turn, call: Interaction, reason: ev.ExitReason, to: str) -> None:
    """A caller who kept a place during a conversation leaves the queue after all."""
    if call.in_queue:
        waiting.leave_queue(turn, call, reason, "key", to)


def ask(turn: Turn, call: Interaction, queue_id: str, number: str, play: tuple[Prompt, ...]) -> ways.Way:
    """The caller has confirmed the number: the place passes from the call to a callback."""
    queue = turn.state.queues.get(queue_id)
    if queue is None or queue.callback is None:
        return ways.Bye(play=(spoken.try_later(call.language),))
    if not call.in_queue:
        entered = ev.QueueEntered(at=turn.now, interaction=call.id, queue=queue.id, entered_at=turn.now)
        turn.emit(entered)
    told = foretold(turn, call)
    waiting.leave_queue(turn, call, "callback", "key")
    if _pending(turn, queue.id, number) is None:
        _write_down(turn, call, queue, number, told)
    return ways.Bye(play=play)


def _write_down(turn: Turn, call: Interaction, queue: Queue, number: str, told: tuple[float, float] | None) -> None:
    policy = queue.callback or NO_POLICY
    turn.emit(
        ev.CallbackAsked(
            at=turn.now,
            callback=f"{call.id}cb1",
            asked_in=call.id,
            number=number,
            queue=queue.id,
            entered_at=call.place_at,
            credit_s=call.credit_s,
            skills=call.skills,
            language=call.language,
            expires_at=turn.now + policy.expires_s,
            low_s=told[0] if told else 0.0,
            high_s=told[1] if told else 0.0,
            caller_name=call.caller_name,
            customer=call.customer,
            tier=call.tier,
        )
    )


def cancel(turn: Turn, request: rq.CancelCallback) -> None:
    callback = turn.state.callbacks.get(request.callback)
    if callback is None:
        raise rq.UnknownCallback(f"There is no callback {request.callback!r} any more.")
    if callback.interaction:
        raise rq.Refused("The customer is being called at this moment; the callback cannot be cancelled now.")
    _end(turn, callback, "cancelled", by=request.by)


def called_again(turn: Turn, call: Interaction) -> None:
    """Somebody with a pending callback was served in another call: nobody is called back twice."""
    callback = _pending(turn, call.queue, call.caller)
    if callback and not callback.interaction and call.callback != callback.id:
        _end(turn, callback, "called_again", interaction=call.id)


def _end(turn: Turn, callback: Callback, result: str, interaction: str = "", by: str = "") -> None:
    turn.emit(
        ev.CallbackEnded(
            at=turn.now,
            callback=callback.id,
            result=result,  # type: ignore[arg-type]
            interaction=interaction,
            by=by,
        )
    )


# ---- carried out


def start(turn: Turn, match: Match) -> None:
    """An agent is free for it: reserve the agent and begin to call."""
    callback, agent = turn.state.callbacks[match.item], turn.state.agents[match.agents[0]]
    queue = turn.state.queues.get(callback.queue)
    if queue is None or agent.device is None:
        return
    policy = queue.callback or NO_POLICY
    attempt = callback.tries + 1
    interaction = f"{callback.id}-{attempt}"
    pick = offers.pick(turn, match, queue, callback.entered_at, callback.credit_s)
    _open_call(turn, callback, interaction)
    turn.emit(
        ev.CallbackTried(
            at=turn.now,
            callback=callback.id,
            attempt=attempt,
            interaction=interaction,
            agent=agent.id,
            first=policy.first,
            pick=pick,
        )
    )
    call = turn.state.calls[interaction]
    if policy.first == "customer":
        _call_customer(turn, call, queue)
        return
    offers.emit_made(turn, call, queue, [agent], pick)
    turn.order(
        RingAgent(
            interaction=interaction,
            agent=agent.id,
            device=agent.device,
            ring_s=queue.ring_s,
            whisper=spoken.callback_hint(callback.number[-4:], call.language),
            language=call.language,
        )
    )


def _open_call(turn: Turn, callback: Callback, interaction: str) -> None:
    turn.emit(
        ev.CallArrived(
            at=turn.now,
            interaction=interaction,
            channel=interaction,
            caller=callback.number,
            caller_name=callback.caller_name,
            dialled="",
            language=callback.language,
            source="callback",
            customer=callback.customer,
            tier=callback.tier,
            callback=callback.id,
        )
    )


def _call_customer(turn: Turn, call: Interaction, queue: Queue) -> None:
    policy = queue.callback or NO_POLICY
    turn.emit(ev.LegOpened(at=turn.now, interaction=call.id, channel=call.channel, role="customer"))
    turn.order(
        CallCustomer(
            interaction=call.id,
            number=call.caller,
            trunk=policy.trunk,
            ring_s=policy.ring_s,
            language=call.language,
            queue=queue.id,
            queued_at=turn.state.callbacks[call.callback].entered_at,
        )
    )


def agent_answered(turn: Turn, call: Interaction) -> None:
    """The agent rung first is there and waits: now the customer."""
    queue = turn.state.queues.get(call.queue)
    if call.callback in turn.state.callbacks and queue and call.channel not in call.legs:
        _call_customer(turn, call, queue)


def customer_answered(turn: Turn, call: Interaction) -> None:
    """The customer is there: greeted while the agent's phone is still to ring, or joined with the agent at once."""
    leg = call.agent_leg()
    if call.offer and call.offer.accepted_at and leg:
        _line_up(turn, call, turn.now)
        _join(turn, call, leg.channel)
        return
    queue = turn.state.queues.get(call.queue)
    greeting = (spoken.callback_greeting(queue.name, call.language),) if queue else ()
    turn.order(FlowStep(agi=call.asked, play=greeting))


def _join(turn: Turn, call: Interaction, partner: str) -> None:
    agent = call.offer.first.agent if call.offer else ""
    recorded = recording.wanted(turn, call, (agent,))
    turn.order(
        Leave(
            agi=call.asked,
            to="agent",
            partner=partner,
            work_number=spoken.work_number(agent, call.language, recording.notice(turn, recorded)),
            recorded=recorded,
            language=call.language,
            queue=call.queue,
            queued_at=call.place_at,
        )
    )


def greeted(turn: Turn, call: Interaction) -> None:
    """The greeting is over: the reserved agent's phone rings; when that agent is gone, the next one's."""
    callback, queue = turn.state.callbacks.get(call.callback), turn.state.queues.get(call.queue)
    _line_up(turn, call, turn.now)
    waiting.to_waiting_room(turn, call, call.asked)
    agent = turn.state.agents.get(callback.agent) if callback else None
    if queue and agent and agent.interaction == call.id and agent.reachable and agent.intent == "ready":
        offers.make(turn, call, queue, [agent], None)


def _line_up(turn: Turn, call: Interaction, at: float) -> None:
    callback = turn.state.callbacks.get(call.callback)
    turn.emit(
        ev.QueueEntered(
            at=at,
            interaction=call.id,
            queue=call.queue,
            entered_at=callback.entered_at if callback else turn.now,
            credit_s=callback.credit_s if callback else 0.0,
            skills=callback.skills if callback else {},
            centre_version=turn.state.centre_version,
        )
    )
    if callback and call.offer is None:
        turn.refresh_agent(callback.agent)  # no longer reserved: the offer, or the line, decides now


def served(turn: Turn, call: Interaction) -> None:
    """Customer and agent talk."""
    callback = turn.state.callbacks.get(call.callback)
    if callback:
        _end(turn, callback, "served", interaction=call.id)


# ---- after a time in which we did not listen


def is_tried(call: Interaction) -> bool:
    """A callback's call whose customer, as far as we know, has not answered."""
    return bool(call.callback) and not call.in_queue and call.phase in ("dialling", "offered", "ringing")


def customer_uncalled(call: Interaction) -> bool:
    """The agent is rung first, and it has not come to the customer yet."""
    return is_tried(call) and call.channel not in call.legs


def answered_meanwhile(turn: Turn, call: Interaction, at: float, joined: bool) -> None:
    """The customer was led on without us, to the waiting room or to an agent: stands in line like any caller."""
    if call.offer and not joined:
        offers.fail(turn, call, "withdrawn")
        _let_agent_go(turn, call)
    _line_up(turn, call, at)


def try_again(turn: Turn, call: Interaction) -> None:
    """The agent rung first has vanished; the customer knows of nothing."""
    _close_try(turn, call, "agent_gone")


# ---- come to nothing


def agent_rung(turn: Turn, signal: sg.AgentRung) -> None:
    """The agent rung first did not answer: the callback goes to the next agent at once."""
    call = turn.call(signal.interaction)
    if call is None or call.offer is None or signal.agent not in call.offer.rings or call.offer.accepted_at:
        return
    reason: ev.Outcome = "failed" if signal.result == "failed" else signal.result
    offers.fail(turn, call, reason)
    _close_try(turn, call, "agent_no_answer")


def customer_called(turn: Turn, signal: sg.CustomerCalled) -> None:
    """The customer did not answer."""
    call = turn.call(signal.interaction)
    if call is None or call.phase == "ended" or call.in_queue:
        return
    _close_leg(turn, call)
    _close_try(turn, call, _FAILED.get(signal.result, "failed"))


def agent_lost(turn: Turn, call: Interaction) -> None:
    """The agent rung first has hung up before the customer was there."""
    offers.fail(turn, call, "rejected")
    _close_try(turn, call, "agent_gone")


def take_back(turn: Turn, call: Interaction, agent: str, reason: ev.Outcome) -> None:
    """An agent is not to be rung any longer, for whatever kind of call."""
    if call.callback and not call.in_queue:
        offers.fail(turn, call, reason)
        _close_try(turn, call, "agent_gone")
    else:
        offers.withdraw_from(turn, call, agent, reason)


def customer_gone(turn: Turn, call: Interaction) -> None:
    """The customer has hung up before any talk; the call itself is ended by the caller of this function."""
    _let_agent_go(turn, call)
    _fail_try(turn, call, "customer_gone")


def overdue(turn: Turn, callback: Callback) -> None:
    """A deadline has passed: the next try is due, the try that is going on is void, or it has taken too long."""
    call = turn.call(callback.interaction)
    if callback.interaction:
        if callback.trying_until > turn.now:
            return
        if call and not call.in_queue and call.phase in ("dialling", "offered", "ringing"):
            _close_try(turn, call, "failed")
        elif call is None:
            _note_failure(turn, callback, callback.interaction, callback.agent, "failed")
    elif callback.expires_at <= turn.now:
        _end(turn, callback, "expired")
    else:
        turn.refresh_callback(callback.id)


def _close_try(turn: Turn, call: Interaction, reason: str) -> None:
    """End what there is of the call, and write down the failure."""
    if call.offer:
        offers.fail(turn, call, "withdrawn")
    _let_agent_go(turn, call)
    if call.channel in call.legs:
        turn.order(HangUp(channel=call.channel))
        _close_leg(turn, call)
    _fail_try(turn, call, reason)
    turn.emit(ev.CallEnded(at=turn.now, interaction=call.id, by="system", cause=16, phase="dialling", answered=False))


def _let_agent_go(turn: Turn, call: Interaction) -> None:
    """The agent rung first waits for nobody any more."""
    for leg in call.legs.values():
        if leg.role == "agent":
            turn.order(HangUp(channel=leg.channel))


def _close_leg(turn: Turn, call: Interaction) -> None:
    if call.channel in call.legs:
        turn.emit(ev.LegClosed(at=turn.now, interaction=call.id, channel=call.channel, cause=16))


def _fail_try(turn: Turn, call: Interaction, reason: str) -> None:
    callback = turn.state.callbacks.get(call.callback)
    if callback and callback.interaction == call.id:
        _note_failure(turn, callback, call.id, callback.agent, reason)


def _note_failure(turn: Turn, callback: Callback, interaction: str, agent: str, reason: str) -> None:
    queue = turn.state.queues.get(callback.queue)
    policy = queue.callback if queue and queue.callback else NO_POLICY
    agents_fault = reason.startswith("agent_")
    last = not agents_fault and callback.attempts + 1 >= policy.attempts
    again_at = 0.0 if last else turn.now + (0.0 if agents_fault else policy.retry_after_s)
    turn.emit(
        ev.CallbackFailed(
            at=turn.now,
            callback=callback.id,
            attempt=callback.tries,
            interaction=interaction,
            agent=agent,
            reason=reason,  # type: ignore[arg-type]
            again_at=again_at,
        )
    )
    if last:
        _end(turn, callback, "given_up")
