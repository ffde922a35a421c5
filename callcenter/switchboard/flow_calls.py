"""Callers whom a flow puts through to somebody, or has speak to a mailbox, and who come back into it if that fails.

The session waits meanwhile as it does for work outside (`calls.work`), but the work is done here.
"""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import Queue
from callcenter.calls.commands import GiveAway
from callcenter.calls.languages import Prompt
from callcenter.calls.outside import Outcome
from callcenter.calls.work import CallAgent, CallNumber, LeaveMessage
from callcenter.switchboard import offers, outbound, phones, voicemail, waiting, ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

FlowCall = CallNumber | CallAgent | LeaveMessage
ALONE_BEYOND_S = 86_400.0  # nobody but the agent named serves the caller, whatever comes
TROUBLES = {"BUSY": "busy", "NOANSWER": "no_answer", "CANCEL": "no_answer", "CHANUNAVAIL": "absent"}


def begin(turn: Turn, call: Interaction, work: FlowCall, play: tuple[Prompt, ...]) -> Outcome | None:
    """An outcome when it cannot even be tried."""
    match work:
        case CallNumber():
            return _outside(turn, call, work, play)
        case CallAgent():
            return _to_agent(turn, call, work, play)
        case LeaveMessage():
            voicemail.begin(turn, call, ways.Record(mailbox=work.mailbox, play=play, greeted=True))
            return None


def waits(call: Interaction) -> bool:
    """Whether a flow goes on when the caller comes back from where the call is now."""
    return bool(call.session and call.session.get("asked"))


# ---- somebody outside


def _outside(turn: Turn, call: Interaction, work: CallNumber, play: tuple[Prompt, ...]) -> Outcome | None:
    try:
        line = outbound.line(turn, work.number, work.as_number)
    except rq.NumberNotAllowed:
        return Outcome(trouble="forbidden")
    turn.emit(
        ev.Transferred(
            at=turn.now, interaction=call.id, agent="", kind="number", id=line.number, attended=False, note=""
        )
    )
    turn.order(
        GiveAway(
            interaction=call.id,
            channel=call.channel,
            number=line.number,
            trunk=line.trunk,
            as_number=line.as_number,
            ring_s=round(work.ring_s),
            play=play,
        )
    )
    return None


# ---- an agent


def _to_agent(turn: Turn, call: Interaction, work: CallAgent, play: tuple[Prompt, ...]) -> Outcome | None:
    agent = turn.state.agents.get(work.agent)
    if agent is None:
        return Outcome(trouble="unknown")
    queue = _queue_for(turn, work, agent)
    if queue is None:
        return Outcome(trouble="absent")
    if why := _cannot(turn, work, agent):
        return Outcome(trouble=why)
    alone_s = (0.0 if work.at_once else work.wait_s) + ALONE_BEYOND_S
    waiting.stand_in_line(turn, call, queue, ways.Enter(queue=queue.id, only=agent.id, only_s=alone_s))
    waiting.to_waiting_room(turn, call, call.asked, play)
    device = phones.within_reach(agent)
    if work.at_once and device:
        offers.make_to(turn, call, queue, agent, device)
    return None


def _queue_for(turn: Turn, work: CallAgent, agent: Agent) -> Queue | None:
    """Offers by the agent's state come from queues that the agent serves; a phone just rung needs settings."""
    queues = turn.state.queues
    if work.at_once:
        names = (work.queue, *agent.queues, *queues)
    else:
        names = (*((work.queue,) if work.queue in agent.queues else ()), *agent.queues)
    return next((queues[name] for name in names if name in queues), None)


def _cannot(turn: Turn, work: CallAgent, agent: Agent) -> str:
    """Why the agent is not to be had; empty: may be rung, or is waited for."""
    if phones.within_reach(agent) is None:
        return "absent"
    rung = agent.rung_until > turn.now
    if work.at_once:
        in_use = agent.hand or agent.legs or agent.other_calls or agent.listens_to or agent.room or rung
        return "busy" if in_use else ""
    if agent.intent == "signed_out" or not agent.on_duty:
        return "absent"
    return "" if work.wait_s or agent.may_be_offered(turn.now) else "busy"


# ---- back


def failed(turn: Turn, call: Interaction, signal: sg.NextWanted) -> Outcome | None:
    """The dial is over without a talk, and the flow goes on; None: it is not for a flow."""
    if not waits(call):
        return None
    if call.phase == "outside" and signal.offer == "outside" and signal.result != "ANSWER":
        return Outcome(trouble=TROUBLES.get(signal.result, "failed"))
    if call.in_queue and call.phase in ("waiting", "offered", "ringing") and not signal.talked:
        if call.offer:
            offers.fail(turn, call, "no_answer" if signal.result == "NOANSWER" else "rejected")
        return _out_of_line(turn, call, TROUBLES.get(signal.result, "failed"))
    return None


def given_up(turn: Turn, call: Interaction) -> Outcome | None:
    """The caller has waited for the agent named as long as the flow says, or the agent is not to be had any more."""
    if not waits(call) or not call.only:
        return None
    agent = turn.state.agents.get(call.only)
    if agent is None or agent.intent == "signed_out":
        return _out_of_line(turn, call, "absent")
    if turn.now >= call.only_until - ALONE_BEYOND_S:
        return _out_of_line(turn, call, "busy" if agent.hand else "no_answer")
    return None


def _out_of_line(turn: Turn, call: Interaction, trouble: str) -> Outcome:
    waiting.leave_queue(turn, call, "overflow", "too_long", call.only)
    return Outcome(trouble=trouble)
