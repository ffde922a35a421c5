"""Screen-pops: who calls, looked up as soon as the call arrives.

By the time the call is offered the card is at hand, so the pop goes out in the same turn as the
offer, before it. When the lookup is still under way it follows as soon as it is done; what takes
longer than a moment goes out without a card first. When the lookup fails the agent gets the pop
without one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from callcenter.calls.views import CallView, Delta, Floor
from callcenter.web.call_shapes import CallSummary
from callcenter.web.card_shapes import Card, Pop
from callcenter.web.hands import asked_in, consulted, offered_to

log = logging.getLogger(__name__)

LOOKUPS_AT_ONCE = 4
PATIENCE_S = 0.15  # an agent must see who calls even when the database is slow; the card follows
_IN_HAND = frozenset(
    {"offered", "ringing", "talking", "held", "dialling", "consulting", "conference", "reconnecting"}
)


class Known(NamedTuple):
    """What the store knows about a number: every card that has it, and the number's last calls."""

    matches: tuple[Card, ...] = ()
    last_calls: tuple[CallSummary, ...] = ()


Lookup = Callable[[str], Awaitable[Known]]


class Shown(NamedTuple):
    """Whom a call is with now: several agents while a queue rings all. No offer: the fallback queue connected it,
    or it is a callback."""

    agents: tuple[str, ...]
    offer: str = ""


@dataclass
class _Caller:
    """A live call. `task` looks the caller up; `to` is who was shown the pop, `asked` the agent asked for advice."""

    view: CallView
    task: "asyncio.Task[Known]"
    to: Shown | None = None
    asked: str = ""
    gone: bool = False


def shown_to(view: CallView) -> Shown | None:
    if view.offer is not None:
        return Shown(offered_to(view), view.offer.id)
    return Shown((view.agent,)) if view.agent and view.phase in _IN_HAND else None


def narrowed(before: Shown | None, to: Shown) -> Shown | None:
    """What is left of `before` when one of several took the call; None when it is news to those it is with now."""
    if before is None or not set(to.agents) <= set(before.agents) or to.offer not in ("", before.offer):
        return None
    return Shown(to.agents, before.offer)


class Pops:
    """`send(agent, pop)` puts the pop before the agent. Callbacks of the link; never waits."""

    def __init__(self, lookup: Lookup, send: Callable[[str, Pop], None], patience_s: float = PATIENCE_S) -> None:
        self._lookup = lookup
        self._send = send
        self._patience_s = patience_s
        self._turn = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._callers: dict[str, _Caller] = {}
        self._in_hand: dict[str, str] = {}  # agent -> interaction, wrap-up included

    def engine_up(self, floor: Floor) -> None:
        """Begins anew with the floor; what was shown stays shown."""
        self._in_hand = {view.id: view.interaction for view in floor.agents.values() if view.interaction}
        for key in list(self._callers):
            if key not in floor.calls:
                self._leave(key)
        for view in floor.calls.values():
            self._take(view)

    def delta(self, delta: Delta) -> None:
        for agent, state in delta.agents.items():
            self._hold(agent, state.interaction if state else "")
        for key, view in delta.calls.items():
            if view is None:
                self._leave(key)
            else:
                self._take(view)

    def of(self, agent: str) -> Iterator[Pop]:
        """The pops of the calls in the agent's hands, wrap-up included: what a reloaded page needs."""
        for key, caller in self._callers.items():
            if not caller.task.done():
                continue
            if caller.to and agent in caller.to.agents and self._is_with(agent, key, caller):
                yield self._made(caller)
            elif not caller.gone and agent in asked_in(caller.view):
                yield self._made(caller, "consult")

    def refresh(self, numbers: Collection[str]) -> None:
        """A card changed: agents who talk to one of its numbers get the pop again."""
        for caller in list(self._callers.values()):
            if caller.view.caller in numbers:
                caller.task = asyncio.create_task(self._know(caller.view.caller))
                if caller.to is not None:
                    caller.task.add_done_callback(lambda _, caller=caller: self._show(caller))  # type: ignore[misc]

    async def close(self) -> None:
        tasks = [caller.task for caller in self._callers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, view: CallView) -> None:
        caller = self._callers.get(view.id)
        if caller is None:
            caller = self._callers[view.id] = _Caller(view, asyncio.create_task(self._know(view.caller)))
        caller.view = view
        self._ask(caller)
        to = self._shown_to(view)
        if view.phase in ("flow", "waiting"):
            caller.to = None
        if to is None:
            return
        if (kept := narrowed(caller.to, to)) is not None:
            caller.to = kept
            return
        caller.to = to
        if caller.task.done():
            self._show(caller)
        else:
            caller.task.add_done_callback(lambda _: self._show_if(caller, to))
            asyncio.get_running_loop().call_later(self._patience_s, self._show_early, caller, to)

    def _shown_to(self, view: CallView) -> Shown | None:
        """While a customer is called back the call is with nobody yet, but an agent is reserved for it."""
        reserved = tuple(agent for agent, interaction in self._in_hand.items() if interaction == view.id)
        if view.phase == "dialling" and reserved:
            return Shown(reserved)
        return shown_to(view)

    def _ask(self, caller: _Caller) -> None:
        """Whoever is asked into the call sees whose it is."""
        asked = consulted(caller.view)
        if asked and asked != caller.asked:
            if caller.task.done():
                self._tell_asked(caller, asked)
            else:
                caller.task.add_done_callback(lambda _: self._tell_asked(caller, asked))
        caller.asked = asked

    def _tell_asked(self, caller: _Caller, asked: str) -> None:
        if not caller.gone and not caller.task.cancelled() and consulted(caller.view) == asked:
            self._send(asked, self._made(caller, "consult"))

    def _show_if(self, caller: _Caller, to: Shown) -> None:
        """The lookup came late: show it if the call is still with the same agent, or one of them."""
        if caller.to is not None and narrowed(to, caller.to) is not None and not caller.gone:
            self._show(caller)

    def _show_early(self, caller: _Caller, to: Shown) -> None:
        if not caller.task.done():
            self._show_if(caller, to)

    def _show(self, caller: _Caller) -> None:
        if caller.to is not None and not caller.task.cancelled():
            pop = self._made(caller)
            for agent in caller.to.agents:
                self._send(agent, pop)

    def _made(self, caller: _Caller, kind: Literal["consult", ""] = "") -> Pop:
        known = caller.task.result() if caller.task.done() else Known()
        view, consult = caller.view, caller.view.consult
        asked = kind == "consult"
        return Pop(
            interaction=view.id,
            kind=kind or ("out" if view.direction == "out" else "call"),
            offer=caller.to.offer if caller.to and not asked else "",
            caller=view.caller,
            caller_name=view.caller_name,
            queue=view.queue,
            waited_s=max(0.0, view.since - view.queued_at) if view.queued_at else 0.0,
            flow=view.flow,
            keys=view.keys,
            callback=view.callback,
            note=(consult.note if consult else "") if asked else view.transfer_note,
            by_agent=view.agent if asked else view.transferred_by,
            looking_up=not caller.task.done(),
            customer=known.matches[0] if len(known.matches) == 1 else None,
            matches=known.matches,
            last_calls=known.last_calls,
        )

    async def _know(self, number: str) -> Known:
        if not number:
            return Known()
        try:
            async with self._turn:
                return await self._lookup(number)
        except Exception:
            log.exception("a caller could not be looked up; the pop goes without a card")
            return Known()

    def _hold(self, agent: str, interaction: str) -> None:
        before = self._in_hand.pop(agent, "")
        if interaction:
            self._in_hand[agent] = interaction
            if (caller := self._callers.get(interaction)) and caller.view.phase == "dialling":
                self._take(caller.view)
        if before and before != interaction and (caller := self._callers.get(before)) and caller.gone:
            self._leave(before)

    def _leave(self, key: str) -> None:
        """The call is gone; its pop stays while an agent is in wrap-up after it."""
        caller = self._callers.get(key)
        if caller is None:
            return
        caller.gone = True
        if key not in self._in_hand.values():
            caller.task.cancel()
            del self._callers[key]

    def _is_with(self, agent: str, key: str, caller: _Caller) -> bool:
        to = None if caller.gone else self._shown_to(caller.view)
        return self._in_hand.get(agent) == key or (to is not None and agent in to.agents)
