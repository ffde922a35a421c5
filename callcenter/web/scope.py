"""Which part of live state a reader gets. Pure.

Who may see all calls gets everything. An agent gets itself in full, colleagues as presence, the
calls in its own hands, and all queues.
"""

from collections.abc import Collection, Iterable

import msgspec

from callcenter.calls.views import AgentView, CallView, Delta, Floor
from callcenter.web.access import Account, may
from callcenter.web.masking import hides, masked_view
from callcenter.web.page_messages import FloorDelta


class Scope:
    """One reader's view. Remembers which calls the reader was shown, to tell when one left its hands."""

    def __init__(self, account: Account, masked_roles: Collection[str]) -> None:
        self.account = account
        self.everything = may(account, "see_all_calls")
        self._masked_roles = masked_roles
        self._shown: set[str] = set()

    def floor(self, floor: Floor) -> Floor:
        """What to show first; forgets what was shown before."""
        calls = {key: self._call(view) for key, view in floor.calls.items() if self.sees(view)}
        self._shown = set(calls)
        agents = {key: self._agent(view) for key, view in floor.agents.items()}
        return msgspec.structs.replace(floor, agents=agents, calls=calls)

    def delta(self, delta: Delta) -> FloorDelta | None:
        """What of the change concerns the reader; None when nothing does."""
        agents = {key: view and self._agent(view) for key, view in delta.agents.items()}
        calls = dict(self._calls(delta.calls.items()))
        if not (agents or calls or delta.queues or delta.system):
            return None
        return FloorDelta(seq=delta.seq, system=delta.system, agents=agents, calls=calls, queues=delta.queues)

    def sees(self, view: CallView) -> bool:
        return self.everything or self.handles(view)

    def handles(self, view: CallView) -> bool:
        """Whether the call is in the reader's own hands."""
        return bool(self.account.agent) and self.account.agent in in_hands_of(view)

    def _calls(self, changes: Iterable[tuple[str, CallView | None]]) -> Iterable[tuple[str, CallView | None]]:
        for key, view in changes:
            if view is not None and self.sees(view):
                self._shown.add(key)
                yield key, self._call(view)
            elif key in self._shown:
                self._shown.remove(key)
                yield key, None

    def _call(self, view: CallView) -> CallView:
        hidden = hides(self.account, self._masked_roles, own=self.handles(view))
        return masked_view(view) if hidden else view

    def _agent(self, view: AgentView) -> AgentView:
        if self.everything or view.id == self.account.agent:
            return view
        return presence(view)


def in_hands_of(view: CallView) -> tuple[str, ...]:
    """The agents the call is with, or offered to."""
    return (view.agent, view.offer.agent) if view.offer else (view.agent,)


def presence(view: AgentView) -> AgentView:
    """What colleagues see of each other: who is here and whether free."""
    return msgspec.structs.replace(view, reason="", paused_by="", interaction="", wrap_up_until=0.0, missed=0)
