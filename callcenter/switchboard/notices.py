"""Messages from supervisors to agents."""

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.switchboard import staff
from callcenter.switchboard.turn import Turn


def send(turn: Turn, request: rq.SendNotice) -> None:
    """To those named, each once; to everybody who is signed in when nobody is."""
    text = request.text.strip()
    if not text:
        raise rq.Refused("A message without words cannot be sent.")
    for agent in request.to:
        staff.known_agent(turn, agent)
    at_work = (agent.id for agent in turn.state.agents.values() if agent.intent != "signed_out")
    to = tuple(dict.fromkeys(request.to or at_work))
    if not to:
        raise rq.NotNow("Nobody is signed in: name the agents the message is for.")
    notice = f"n{turn.state.noticed + 1}"
    turn.emit(
        ev.NoticeSent(
            at=turn.now,
            notice=notice,
            by=request.by,
            by_name=request.by_name,
            to=to,
            text=text,
            urgent=request.urgent,
        )
    )
    turn.reply["notice"] = notice


def read(turn: Turn, request: rq.ReadNotice) -> None:
    """Reading again changes nothing."""
    notice = turn.state.notices.get(request.notice)
    if notice is None or request.agent not in notice.to:
        raise rq.UnknownTarget(f"There is no message {request.notice!r} for agent {request.agent} (any more).")
    if request.agent not in notice.read_by:
        turn.emit(ev.NoticeRead(at=turn.now, agent=request.agent, notice=notice.id))
