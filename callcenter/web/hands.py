"""Which agents a call is with. Pure."""

from collections.abc import Iterable, Mapping

from callcenter.calls.views import AgentView, CallView

_AT_WORK = frozenset({"reserved", "ringing", "talking", "held"})


def in_hands_of(view: CallView) -> tuple[str, ...]:
    """The agents the call is with, offered to, or asked into."""
    return (view.agent, *offered_to(view), *asked_in(view))


def offered_to(view: CallView) -> tuple[str, ...]:
    """The agents whose devices ring for the call: one, or several when a queue rings all."""
    if view.offer is None:
        return ()
    return view.offer.agents or (view.offer.agent,)


def asked_in(view: CallView) -> tuple[str, ...]:
    """The agents in a talk of several, and the one who is consulted; nobody who only listens."""
    parties = tuple(party.who for party in view.parties if party.role == "agent" or _barges(party.role, party.mode))
    return (*parties, consulted(view)) if consulted(view) else parties


def consulted(view: CallView) -> str:
    """The agent who is asked while the customer holds; empty: nobody yet, or somebody outside."""
    consult = view.consult
    return consult.party if consult is not None and consult.to.kind != "number" else ""


def _barges(role: str, mode: str | None) -> bool:
    return role == "supervisor" and mode == "barge"


class Hands:
    """Knows besides which agents are reserved for a call that does not name them yet (callbacks, consults)."""

    def __init__(self, agents: Iterable[AgentView] = ()) -> None:
        self._held: dict[str, str] = {}  # agent -> call
        self._with: dict[str, set[str]] = {}
        self.take({view.id: view for view in agents})

    def take(self, agents: Mapping[str, AgentView | None]) -> frozenset[str]:
        """What became of these agents; the calls that are with others now."""
        changed: set[str] = set()
        for agent, view in agents.items():
            call = view.interaction if view is not None and view.state in _AT_WORK else ""
            if (before := self._held.get(agent, "")) != call:
                self._move(agent, before, call)
                changed |= {before, call} - {""}
        return frozenset(changed)

    def of(self, view: CallView) -> frozenset[str]:
        return frozenset((*in_hands_of(view), *self._with.get(view.id, ()))) - {""}

    def _move(self, agent: str, before: str, call: str) -> None:
        self._held.pop(agent, None)
        if before and (others := self._with[before] - {agent}):
            self._with[before] = others
        else:
            self._with.pop(before, None)
        if call:
            self._held[agent] = call
            self._with.setdefault(call, set()).add(agent)
