"""A caller leaves a message in a mailbox: a queue's or an agent's."""

from typing import Literal

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import FlowStep, Leave
from callcenter.calls.languages import Prompt
from callcenter.calls.mailboxes import MailboxSettings
from callcenter.ivr import spoken
from callcenter.switchboard import ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

Choice = Literal["", "listen", "again", "send", "discard"]
CHOICES: dict[str, Choice] = {"1": "listen", "2": "again", "3": "send", "#": "send", "*": "discard"}
ASKED_MOST = 3  # then the message is sent as it is
KEY_TIMEOUT_S = 6.0
IN_A_CALL = frozenset({"reserved", "ringing", "talking", "held", "wrap_up", "other_call"})


def begin(turn: Turn, call: Interaction, way: ways.Record) -> None:
    file = f"{call.id}.wav"
    turn.emit(ev.MessageBegan(at=turn.now, interaction=call.id, mailbox=way.mailbox, queue=call.queue, file=file))
    play = way.play if way.greeted else (*way.play, _greeting(turn, call, way.mailbox))
    _record(turn, call, play)


def _record(turn: Turn, call: Interaction, play: tuple[Prompt, ...], afresh: bool = False) -> None:
    mailbox = _settings(turn, call.mailbox)
    turn.order(
        Leave(
            agi=call.asked,
            to="voicemail",
            play=play,
            language=call.language,
            file=call.message,
            most_s=mailbox.most_s,
            silence_s=mailbox.silence_s,
            afresh=afresh,
        )
    )


def _settings(turn: Turn, mailbox: str) -> MailboxSettings:
    return turn.state.centre.mailbox(mailbox) or MailboxSettings()


def _greeting(turn: Turn, call: Interaction, mailbox: str) -> Prompt:
    queue, agent = turn.state.queues.get(mailbox), turn.state.centre.agent(mailbox)
    own = queue.greeting if queue else agent.greeting if agent else None
    name = queue.name if queue else spoken.person(agent.name) if agent else None
    return spoken.mailbox_greeting(mailbox, own, name, call.language, _when(turn, mailbox))


def _when(turn: Turn, mailbox: str) -> spoken.Greeting:
    """Which of the mailbox's greetings fits now."""
    if (agent := turn.state.agents.get(mailbox)) is not None:
        return _of_agent(agent, turn.now)
    if mailbox not in turn.state.queues:
        return ""
    muster = turn.board.musters[mailbox]
    if not muster.at_work:
        return "away"
    return "" if muster.by_state["ready"] else "busy"


def _of_agent(agent: Agent, now: float) -> spoken.Greeting:
    """Who did not hear the telephone is neither busy nor away, though no calls come any more."""
    if agent.state(now) in IN_A_CALL:
        return "busy"
    there = agent.intent == "ready" or (agent.intent == "paused" and agent.paused_by == "missed")
    return "" if there and agent.on_duty else "away"


def done(turn: Turn, call: Interaction) -> ways.Way | None:
    """The caller has finished and is still there."""
    if not _settings(turn, call.mailbox).review:
        return _send(turn, call)
    _ask(turn, call)
    return None


def key(turn: Turn, call: Interaction, pressed: str) -> ways.Way | None:
    """What is to become of the message."""
    choice = CHOICES.get(pressed, "")
    if not choice and call.reviews + 1 >= ASKED_MOST:
        return _send(turn, call)
    turn.emit(ev.MessageReviewed(at=turn.now, interaction=call.id, mailbox=call.mailbox, choice=choice))
    match choice:
        case "again":
            call.asked_in_flow = True
            _record(turn, call, (spoken.message_again(call.language),), afresh=True)
        case "send":
            return ways.Bye(play=(spoken.message_saved(call.language),))
        case "discard":
            return ways.Bye(play=(spoken.message_discarded(call.language),))
        case _:
            _ask(turn, call, message=choice == "listen")
    return None


def _send(turn: Turn, call: Interaction) -> ways.Way:
    turn.emit(ev.MessageReviewed(at=turn.now, interaction=call.id, mailbox=call.mailbox, choice="send"))
    return ways.Bye(play=(spoken.message_saved(call.language),))


def _ask(turn: Turn, call: Interaction, message: bool = False) -> None:
    turn.order(
        FlowStep(
            agi=call.asked,
            message=message,
            play=(spoken.message_review(call.language),),
            max_digits=1,
            timeout_s=KEY_TIMEOUT_S,
        )
    )


def seen(turn: Turn, signal: sg.MessageSeen) -> None:
    """The message was looked for after the call."""
    if signal.file:
        turn.emit(
            ev.MessageLeft(
                at=turn.now,
                interaction=signal.interaction,
                mailbox=signal.mailbox,
                file=signal.file,
                duration_s=signal.duration_s,
                bytes=signal.bytes,
                sha256=signal.sha256,
            )
        )
    else:
        file = f"{signal.interaction}.wav"
        turn.emit(ev.MessageMissing(at=turn.now, interaction=signal.interaction, mailbox=signal.mailbox, file=file))
