"""What is suspected of being otherwise than we think, and what was found to be so."""

from typing import NamedTuple

from callcenter.calls import events as ev
from callcenter.calls.parties import MismatchKind
from callcenter.switchboard.turn import Turn


class Suspect(NamedTuple):
    """`what` names a channel, an agent or a call, by the kind."""

    kind: MismatchKind
    what: str
    interaction: str = ""


def found(turn: Turn, suspect: Suspect, agent: str = "", detail: str = "", mended: bool = True) -> None:
    turn.emit(
        ev.MismatchFound(
            at=turn.now,
            kind=suspect.kind,
            agent=agent,
            interaction=suspect.interaction,
            detail=detail,
            mended=mended,
        )
    )


def leg_ended(turn: Turn, channel: str) -> None:
    """The end of a leg is told: when it was missing before, its end had been lost."""
    interaction, agent = turn.state.legs.get(channel, ("", ""))
    suspect = Suspect("leg_gone", channel, interaction)
    if turn.board.suspects.pop(suspect, None) is not None:
        found(turn, suspect, agent, channel)
