"""Who is led to a queue's survey after the talk, and what is written down about it."""

from typing import Literal

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Queue
from callcenter.calls.surveys import SPOKEN
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn


def push(turn: Turn, call: Interaction) -> None:
    """Written down before the talk ends. Raises NotNow."""
    queue = _with_survey(turn, call)
    if queue is None or call.surveyed:
        raise rq.NotNow("This call has no survey, or the caller was asked already.")
    turn.emit(_event(turn, ev.SurveyPushed, call, queue))


def after_talk(turn: Turn, call: Interaction) -> bool:
    """Whether the caller is led to the survey now. Written down in either case where there is one."""
    queue = _with_survey(turn, call)
    if queue is None or call.surveyed:
        return False
    how = _how(turn, call, queue)
    if not how:
        turn.emit(_event(turn, ev.SurveyPassed, call, queue))
        return False
    turn.emit(
        ev.SurveyOffered(
            at=turn.now, interaction=call.id, survey=queue.survey or "", agent=call.agent, queue=queue.id, how=how
        )
    )
    return True


def _how(turn: Turn, call: Interaction, queue: Queue) -> Literal["", "always", "every", "pushed"]:
    policy = queue.surveyed
    if call.survey_pushed:
        return "pushed"
    if policy.when == "every":
        return "every" if turn.state.surveys_passed.get(queue.id, 0) + 1 >= policy.every else ""
    return "always" if policy.when == "always" else ""


def begun(turn: Turn, call: Interaction) -> None:
    """Its flow has started."""
    queue = turn.state.queues.get(call.queue)
    if queue and call.survey and not call.survey_begun and call.flow == call.survey:
        turn.emit(
            ev.SurveyBegun(at=turn.now, interaction=call.id, survey=call.survey, agent=call.agent, queue=queue.id)
        )


def spoken(turn: Turn, call: Interaction) -> None:
    """The caller has answered by voice: the message of this call is the answer to the node's question."""
    if call.surveyed and call.flow == call.survey and call.message:
        turn.emit(
            ev.SurveyAnswered(
                at=turn.now,
                interaction=call.id,
                survey=call.survey,
                question=call.node,
                key=SPOKEN,
                score=None,
                satisfied=None,
                agent=call.agent,
                queue=call.queue,
            )
        )


def closed(turn: Turn, call: Interaction) -> None:
    """The call is about to end, perhaps in the middle of an answer."""
    if call.phase == "voicemail":
        spoken(turn, call)
    if call.surveyed and not call.survey_answers:
        turn.emit(
            ev.SurveySkipped(
                at=turn.now,
                interaction=call.id,
                survey=call.survey,
                agent=call.agent,
                queue=call.queue,
                begun=call.survey_begun,
                caller=call.caller,
                language=call.language,
            )
        )


def _with_survey(turn: Turn, call: Interaction) -> Queue | None:
    queue = turn.state.queues.get(call.queue)
    return queue if queue and queue.survey and turn.board.flow(queue.survey) else None


def _event(
    turn: Turn, kind: type[ev.SurveyPushed | ev.SurveyPassed], call: Interaction, queue: Queue
) -> ev.SurveyPushed | ev.SurveyPassed:
    return kind(at=turn.now, interaction=call.id, survey=queue.survey or "", agent=call.agent, queue=queue.id)
