"""Which part of live state a reader gets. Pure.

Who may see all calls gets everything. An agent gets itself in full, colleagues as presence, the
calls in its own hands, the callbacks of its queues without the number, and all queues.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import msgspec

from callcenter.calls.views import AgentView, CallbackView, CallView, Delta, Floor
from callcenter.web.access import Account, may
from callcenter.web.masking import hides, masked_callback, masked_view
from callcenter.web.page_messages import FloorDelta

View = TypeVar("View", CallView, CallbackView)


class Scope:
    """One reader's view. Remembers what the reader was shown, to tell when it is no longer the reader's."""

    def __init__(self, account: Account, masked_roles: Collection[str]) -> None:
        self.account = account
        self.everything = may(account, "see_all_calls")
        self._masked_roles = masked_roles
        self._queues: frozenset[str] = frozenset()
        self._in_hand = ""  # what the reader's agent is reserved for, rings for or talks in
        self._calls: set[str] = set()
        self._callbacks: set[str] = set()

    def floor(self, floor: Floor) -> Floor:
        """What to show first; forgets what was shown before."""
        own = floor.agents.get(self.account.agent)
        self._queues = frozenset(own.queues) if own else frozenset()
        self._in_hand = own.interaction if own else ""
        calls = {key: self._call(view) for key, view in floor.calls.items() if self.sees(view)}
        callbacks = {key: self._callback(view) for key, view in floor.callbacks.items() if self.sees_callback(view)}
        self._calls, self._callbacks = set(calls), set(callbacks)
        agents = {key: self._agent(view) for key, view in floor.agents.items()}
        return msgspec.structs.replace(floor, agents=agents, calls=calls, callbacks=callbacks)

    def regrouped(self, delta: Delta) -> bool:
        """Whether the reader serves other queues after the change: then a whole picture is due."""
        own = delta.agents.get(self.account.agent)
        return own is not None and not self.everything and frozenset(own.queues) != self._queues

    def delta(self, delta: Delta) -> FloorDelta | None:
        """What of the change concerns the reader; None when nothing does."""
        if (own := delta.agents.get(self.account.agent)) is not None:
            self._in_hand = own.interaction
        agents = {key: view and self._agent(view) for key, view in delta.agents.items()}
        calls = _shown(delta.calls, self._calls, self.sees, self._call)
        callbacks = _shown(delta.callbacks, self._callbacks, self.sees_callback, self._callback)
        if not (agents or calls or callbacks or delta.queues or delta.system):
            return None
        return FloorDelta(
            seq=delta.seq,
            system=delta.system,
            agents=agents,
            calls=calls,
            queues=delta.queues,
            callbacks=callbacks,
        )

    def sees(self, view: CallView) -> bool:
        return self.everything or self.handles(view)

    def sees_callback(self, view: CallbackView) -> bool:
        return self.everything or view.queue in self._queues or self._carries_out(view)

    def handles(self, view: CallView) -> bool:
        """Whether the call is in the reader's own hands, or its customer is called back for the reader."""
        if view.phase == "dialling" and view.id == self._in_hand:
            return True
        return bool(self.account.agent) and self.account.agent in in_hands_of(view)

    def _carries_out(self, view: CallbackView) -> bool:
        return bool(self.account.agent) and self.account.agent == view.agent

    def _callback(self, view: CallbackView) -> CallbackView:
        hidden = hides(self.account, self._masked_roles, own=self._carries_out(view))
        return masked_callback(view) if hidden else view

    def _call(self, view: CallView) -> CallView:
        hidden = hides(self.account, self._masked_roles, own=self.handles(view))
        return masked_view(view) if hidden else view

    def _agent(self, view: AgentView) -> AgentView:
        if self.everything or view.id == self.account.agent:
            return view
        return presence(view)


def _shown(
    changes: Mapping[str, View | None], shown: set[str], sees: Callable[[View], bool], told: Callable[[View], View]
) -> dict[str, View | None]:
    """The changes the reader is told of; what it was shown and may no longer see is gone for it."""
    after: dict[str, View | None] = {}
    for key, view in changes.items():
        if view is not None and sees(view):
            shown.add(key)
            after[key] = told(view)
        elif key in shown:
            shown.remove(key)
            after[key] = None
    return after


def in_hands_of(view: CallView) -> tuple[str, ...]:
    """The agents the call is with, or offered to."""
    return (view.agent, *offered_to(view))


def offered_to(view: CallView) -> tuple[str, ...]:
    """The agents whose devices ring for the call: one, or several when a queue rings all."""
    if view.offer is None:
        return ()
    return view.offer.agents or (view.offer.agent,)


def presence(view: AgentView) -> AgentView:
    """What colleagues see of each other: who is here and whether free."""
    return msgspec.structs.replace(
        view, reason="", paused_by="", interaction="", wrap_up_until=0.0, missed=0, calls_today=0, skills={}
    )
