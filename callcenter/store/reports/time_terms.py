"""Of which stretches each figure of agents' time is made. Pure.

A figure is the sum of its parts, a share that sum over the one of its whole. What is taken away has the sign -1.
"""

from typing import Literal

import msgspec

from callcenter.store.reports.variants import Variants
from callcenter.store.rollups.spec import STATES

Side = Literal["part", "whole"]
Planned = Literal["", "every", "paid", "off", "kept", "missed"]
"""Shifts (`off`: breaks, trainings, meetings), or where they meet with time at work: planned work is kept by it, what
is planned off is missed."""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    side: Side = "part"
    sign: Literal[1, -1] = 1
    states: frozenset[str] = frozenset()
    plan: Planned = ""


def _states(*states: str, side: Side = "part", sign: Literal[1, -1] = 1) -> Term:
    return Term(side=side, sign=sign, states=frozenset(states))


def _occupied_of(side: Side) -> tuple[Term, ...]:
    return _states("signed_in", side=side), _states("paused", side=side, sign=-1)


_BUSY = ("talking", "held", "wrap_up")
_ADHERENT = (Term(plan="kept"), Term(plan="off"), Term(plan="missed", sign=-1))
PAUSES, PAUSED_FOR = "pauses", "paused_for_s"
"""Of one reason: how many began, and how long they were."""
_TERMS: dict[str, tuple[Term, ...]] = {
    **{
        f"{measure[:-3]}_s": (_states(*(state for state, of in STATES.items() if of == measure)),)
        for measure in STATES.values()
    },
    PAUSES: (_states("paused"),),
    PAUSED_FOR: (_states("paused"),),
    "occupied_of_s": _occupied_of("part"),
    "occupancy": (_states(*_BUSY), *_occupied_of("whole")),
    "planned_s": (Term(plan="every"),),
    "paid_s": (Term(plan="paid"),),
    "adherent_s": _ADHERENT,
    "adherence": (*_ADHERENT, Term(plan="every", side="whole")),
    "utilisation": (_states("signed_in"), Term(plan="paid", side="whole")),
}
TIMED = frozenset(_TERMS)
SHARES = frozenset({"occupancy", "adherence", "utilisation"})


def terms(figure: str, variants: Variants) -> tuple[Term, ...]:
    """Raises KeyError."""
    if figure == "occupancy" and variants.occupancy == "with_ringing":
        return (_states(*_BUSY, "reserved", "ringing"), *_occupied_of("whole"))
    return _TERMS[figure]
