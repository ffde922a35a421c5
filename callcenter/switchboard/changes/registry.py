"""Which function applies which event."""

from collections.abc import Callable
from typing import Any, TypeVar

from callcenter.calls import events as ev
from callcenter.switchboard.state import State

E = TypeVar("E", bound=ev.Event)
_changes: dict[type[ev.Event], Callable[[State, Any], None]] = {}


def on(kind: type[E]) -> Callable[[Callable[[State, E], None]], Callable[[State, E], None]]:
    """Register the function below as what `kind` changes."""

    def register(change: Callable[[State, E], None]) -> Callable[[State, E], None]:
        _changes[kind] = change
        return change

    return register


def evolve(state: State, event: ev.AnyEvent) -> None:
    """Apply one event. Events without effect on live state (surveys' answers, recordings) pass through."""
    change = _changes.get(type(event))
    if change is None:
        return
    agents = [state.agents[agent] for agent in _whose(event) if agent in state.agents]
    before = [agent.state(event.at) for agent in agents]
    change(state, event)
    for agent, was in zip(agents, before, strict=True):
        if agent.state(event.at) != was:
            agent.since = event.at


def _whose(event: ev.AnyEvent) -> tuple[str, ...]:
    """Whose state it may change: a supervisor's who listens to an agent, not the agent's."""
    if isinstance(event, ev.ListeningBegan | ev.ListeningEnded):
        return (event.supervisor,)
    if isinstance(event, ev.RoomJoined | ev.RoomLeft):
        return (event.member,)
    return getattr(event, "agent", ""), getattr(event, "party", "")
