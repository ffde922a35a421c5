"""Where a caller goes next: what flows, rules, queues and keys decide, carried out by `journey`."""

import msgspec

from callcenter.calls.centre import Destination
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard.state import Interaction


class Enter(msgspec.Struct, frozen=True, kw_only=True):
    """Into a queue. `only`: this agent alone for `only_s`. `place_at`: a place to keep; 0: at the end of the line."""

    queue: str
    play: tuple[Prompt, ...] = ()
    skills: dict[str, int] = {}
    only: str = ""
    only_s: float = 0.0
    place_at: float = 0.0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    flow: str
    play: tuple[Prompt, ...] = ()


class AskCallback(msgspec.Struct, frozen=True, kw_only=True):
    """The built-in conversation; the caller keeps the place in `queue` meanwhile."""

    queue: str
    play: tuple[Prompt, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """`greeted`: what is to be said before the tone is in `play` already."""

    mailbox: str
    play: tuple[Prompt, ...] = ()
    greeted: bool = False


class Listen(msgspec.Struct, frozen=True, kw_only=True):
    """To the messages of a mailbox."""

    play: tuple[Prompt, ...] = ()


class WaitOn(msgspec.Struct, frozen=True, kw_only=True):
    """Back to the music, at the place that was kept."""

    play: tuple[Prompt, ...] = ()


class Bye(msgspec.Struct, frozen=True, kw_only=True):
    play: tuple[Prompt, ...] = ()


Way = Enter | Run | AskCallback | Record | Listen | WaitOn | Bye


def of(to: Destination, call: Interaction, otherwise: Prompt) -> Way:
    """`otherwise` is said before a hang-up when the destination says nothing of its own."""
    play = (spoken.text(to.say, call.language),) if to.say else ()
    match to.to:
        case "flow":
            return Run(flow=to.id, play=play)
        case "queue":
            return Enter(queue=to.id, play=play, place_at=call.place_at)
        case "agent":
            return Enter(queue=to.queue or "", play=play, only=to.id, only_s=to.wait_s, place_at=call.place_at)
        case "voicemail":
            return Record(mailbox=to.id or call.queue, play=play)
        case "callback":
            return AskCallback(queue=call.queue, play=play)
        case _:
            return Bye(play=play or (otherwise,))
