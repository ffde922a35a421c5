"""Which part of live state a reader gets. Pure.

Who may see all calls gets everything. Others get the calls, agents, callbacks and notices in their reach, other
agents as presence, and all queues; numbers are whole as far as `see_numbers` reaches.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from callcenter.calls.rights import Permission
from callcenter.calls.views import AgentView, CallbackView, CallView, Delta, Floor, NoticeView, RoomView
from callcenter.web.access import Access
from callcenter.web.hands import Hands
from callcenter.web.masking import masked_callback, masked_room, masked_view
from callcenter.web.page_messages import FloorDelta

View = TypeVar("View")

_REACHING: tuple[Permission, ...] = ("see_calls", "see_callbacks", "see_numbers", "listen", "notify_agents")


class Extras(NamedTuple):
    """What is told in common to those who have the same: rooms (with whole numbers) and mismatches."""

    rooms: bool
    mismatches: bool
    numbers: bool


class Scope:
    """One reader's view. Remembers what the reader was shown, to tell when it is no longer the reader's."""

    def __init__(self, access: Access, hands: Hands | None = None) -> None:
        self.access = access
        self.agent = access.account.agent
        scopes = {access.scope_of(permission) for permission in _REACHING}
        numbers = access.scope_of("see_numbers")
        self.everything = scopes == {"all"}
        # Whole numbers everywhere make no difference to whoever sees no calls but the own.
        self.own_only = numbers != "group" and not self._sees_others()
        rooms = access.may("use_rooms") or access.may("run_rooms")
        self.extras = Extras(rooms, access.may("see_system"), numbers == "all")
        self.hands = hands
        self._shown: dict[str, set[str]] = {"calls": set(), "callbacks": set(), "notices": set()}

    def _sees_others(self) -> bool:
        others = (permission for permission in _REACHING if permission != "see_numbers")
        return any(self.access.scope_of(permission) not in ("own", None) for permission in others)

    def floor(self, floor: Floor) -> Floor:
        """What to show first; forgets what was shown before."""
        if self.hands is None:
            self.hands = Hands(floor.agents.values())
        calls, callbacks, notices = (
            _told(floor.calls, self._call),
            _told(floor.callbacks, self._callback),
            _told(floor.notices, self._notice),
        )
        self._shown = {"calls": set(calls), "callbacks": set(callbacks), "notices": set(notices)}
        rooms, mismatches, _ = self.extras
        return msgspec.structs.replace(
            floor,
            agents={key: self._agent(view) for key, view in floor.agents.items()},
            calls=calls,
            callbacks=callbacks,
            rooms={key: self._room(view) for key, view in floor.rooms.items()} if rooms else {},
            notices=notices,
            mismatches=floor.mismatches if mismatches else {},
        )

    def delta(self, delta: Delta) -> FloorDelta | None:
        """What of the change concerns the reader; None when nothing does."""
        rooms, mismatches, _ = self.extras
        return told_if_any(
            FloorDelta(
                seq=delta.seq,
                system=delta.system,
                agents={key: view and self._agent(view) for key, view in delta.agents.items()},
                calls=self._changes("calls", delta.calls, self._call),
                queues=delta.queues,
                callbacks=self._changes("callbacks", delta.callbacks, self._callback),
                rooms={key: view and self._room(view) for key, view in delta.rooms.items()} if rooms else {},
                notices=self._changes("notices", delta.notices, self._notice),
                mismatches=delta.mismatches if mismatches else {},
            )
        )

    def _changes(
        self, part: str, changes: Mapping[str, View | None], told: Callable[[View], View | None]
    ) -> dict[str, View | None]:
        """The changes the reader is told of; what it was shown and may no longer see is gone for it."""
        after: dict[str, View | None] = {}
        shown = self._shown[part]
        for key, view in changes.items():
            if view is not None and (seen := told(view)) is not None:
                shown.add(key)
                after[key] = seen
            elif key in shown:
                shown.remove(key)
                after[key] = None
        return after

    def _call(self, view: CallView) -> CallView | None:
        if self.everything:
            return view
        assert self.hands is not None
        agents = self.hands.of(view)
        if not self.access.over("see_calls", agents, view.queue):
            return None
        if view.parties and not self._told_of_listeners(agents):
            view = without_listeners(view)
        return view if self.access.over("see_numbers", agents, view.queue) else masked_view(view)

    def _told_of_listeners(self, agents: frozenset[str]) -> bool:
        return self.access.centre.supervision.tell_agent or self.access.over("listen", agents)

    def _callback(self, view: CallbackView) -> CallbackView | None:
        if not sees_callback(self.access, view.queue, view.agent):
            return None
        return view if self.access.over("see_numbers", (view.agent,), view.queue) else masked_callback(view)

    def _notice(self, view: NoticeView) -> NoticeView | None:
        if self.access.over("notify_agents", view.to):
            return view
        if self.agent not in view.to:
            return None
        own = (self.agent,)
        return msgspec.structs.replace(view, to=own, read_by=own if self.agent in view.read_by else ())

    def _room(self, view: RoomView) -> RoomView:
        members = [member.member for member in view.members if not member.outside]
        return view if self.access.over("see_numbers", members) else masked_room(view)

    def _agent(self, view: AgentView) -> AgentView:
        if view.id == self.agent:
            return view
        if not self.access.over_agent("see_calls", view.id):
            return presence(view)
        return view if self.access.over_agent("listen", view.id) else unheard(view)


def common(delta: Delta, extras: Extras) -> FloorDelta | None:
    """What everybody is told of a change, whomever it concerns besides."""
    rooms, mismatches, numbers = extras
    return told_if_any(
        FloorDelta(
            seq=delta.seq,
            system=delta.system,
            agents={key: view and presence(view) for key, view in delta.agents.items()},
            queues=delta.queues,
            rooms={key: view and (view if numbers else masked_room(view)) for key, view in delta.rooms.items()}
            if rooms
            else {},
            mismatches=delta.mismatches if mismatches else {},
        )
    )


def told_if_any(delta: FloorDelta) -> FloorDelta | None:
    parts = (delta.agents, delta.calls, delta.queues, delta.callbacks, delta.rooms, delta.notices, delta.mismatches)
    return delta if delta.system is not None or any(parts) else None


def sees_callback(access: Access, queue: str, agent: str = "") -> bool:
    """Who serves its queue does, and who carries it out."""
    queues = access.queues("see_callbacks")
    return queues is None or queue in queues or (bool(agent) and access.over("see_callbacks", (agent,)))


def without_listeners(view: CallView) -> CallView:
    """As those see it who are not to know that somebody listens. Who whispers or barges in is heard anyway."""
    kept = tuple(party for party in view.parties if party.role != "supervisor" or party.mode != "listen")
    return msgspec.structs.replace(view, parties=kept)


def presence(view: AgentView) -> AgentView:
    """What colleagues see of each other: who is here and whether free."""
    return msgspec.structs.replace(
        view,
        reason="",
        paused_by="",
        interaction="",
        wrap_up_until=0.0,
        missed=0,
        calls_today=0,
        skills={},
        listens_to="",
        listen_mode=None,
    )


def unheard(view: AgentView) -> AgentView:
    """As those see it who may not listen."""
    return msgspec.structs.replace(view, listens_to="", listen_mode=None)


def _told(views: Mapping[str, View], told: Callable[[View], View | None]) -> dict[str, View]:
    seen = ((key, told(view)) for key, view in views.items())
    return {key: view for key, view in seen if view is not None}
