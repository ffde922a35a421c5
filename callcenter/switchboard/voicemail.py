"""A caller leaves a message in a mailbox: a queue's or an agent's."""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import Leave
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn


def begin(turn: Turn, call: Interaction, way: ways.Record) -> None:
    file = f"{call.id}.wav"
    turn.emit(ev.MessageBegan(at=turn.now, interaction=call.id, mailbox=way.mailbox, queue=call.queue, file=file))
    play = way.play if way.greeted else (*way.play, _greeting(turn, call, way.mailbox))
    turn.order(Leave(agi=call.asked, to="voicemail", play=play, language=call.language, file=file))


def _greeting(turn: Turn, call: Interaction, mailbox: str) -> Prompt:
    queue = turn.state.queues.get(mailbox)
    if queue and queue.greeting:
        return spoken.text(queue.greeting, call.language)
    return spoken.voicemail_greeting(queue.name if queue else None, call.language)


def done(turn: Turn, call: Interaction) -> ways.Way:
    """The caller has finished and is still there."""
    return ways.Bye(play=(spoken.message_saved(call.language),))


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
