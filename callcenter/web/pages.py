"""Live state to the pages: a snapshot, then deltas, each in the reader's scope.

Everything here is called in the loop and never waits: it puts encoded messages into the bounded
queue of each page. A page that does not read is cut off and begins anew with a snapshot.
"""

import time
from collections.abc import Callable, Collection, Hashable, Iterable, Set

from callcenter.calls.views import Delta, Floor
from callcenter.web.access import Access, Account
from callcenter.web.audience import Audience, NewsOfOthers, Page, Round
from callcenter.web.card_shapes import Pop
from callcenter.web.concerns import Concerns, Serving
from callcenter.web.masking import masked_pop
from callcenter.web.page_messages import CallStored, EngineMessage, PopMessage, Snapshot
from callcenter.web.scope import Scope

SESSION_OVER = 4401  # close code: sign in again
GOING_AWAY = 1001  # close code: come back
NEWS_EVERY_S = 0.25


class Pages:
    """All open pages. `floor` and `pops_of` tell the present picture to whoever comes, `access` what one may do."""

    def __init__(
        self,
        floor: Callable[[], Floor | None],
        pops_of: Callable[[str], Iterable[Pop]],
        access: Callable[[Account], Access],
        serving: Serving,
        clock: Callable[[], float] = time.time,
        news_every_s: float = NEWS_EVERY_S,
    ) -> None:
        self._floor = floor
        self._pops_of = pops_of
        self._access = access
        self._clock = clock
        self._concerns = Concerns(serving)
        self._news = NewsOfOthers(self._tell_news, news_every_s)
        self._audiences: dict[Hashable, Audience] = {}
        self._audience_of: dict[Page, Audience] = {}
        self._engine = EngineMessage(state="lost", since=clock())

    def __len__(self) -> int:
        return len(self._audience_of)

    def enter(self, account: Account, token: str) -> Page:
        """A page that is served from now on; its queue holds what it must be shown first."""
        page = Page(account, token)
        self._join(page)
        self._show_all(page)
        return page

    def leave(self, page: Page) -> None:
        audience = self._audience_of.pop(page, None)
        if audience is None:
            return
        audience.pages.discard(page)
        if not audience.pages:
            self._audiences = {key: one for key, one in self._audiences.items() if one is not audience}

    def regroup(self) -> None:
        """Roles, groups or queues have changed: everybody gets a whole picture of what is theirs now."""
        pages = list(self._audience_of)
        self._audiences, self._audience_of = {}, {}
        if (floor := self._floor()) is not None:
            self._concerns.begin(floor)
        for page in pages:
            self._join(page)
            self._show_all(page)

    def end_session(self, token: str) -> None:
        """The pages of a session that was signed out close."""
        for page in self._audience_of:
            if page.token == token:
                page.end(SESSION_OVER)

    def end_account(self, username: str) -> None:
        """The pages of an account that was changed or deactivated close."""
        for page in self._audience_of:
            if page.account.username == username:
                page.end(SESSION_OVER)

    def end_all(self) -> None:
        """The server stops; the pages come back by themselves."""
        for page in self._audience_of:
            page.end(GOING_AWAY)

    def engine_up(self, floor: Floor) -> None:
        self._engine = EngineMessage(state="up", since=self._clock())
        self._concerns.begin(floor)
        self._news.forget()
        for audience in self._audiences.values():
            audience.scope.hands = self._concerns.hands
        for page in self._audience_of:
            self._show_all(page)

    def engine_lost(self, since: float) -> None:
        self._engine = EngineMessage(state="lost", since=since)
        for page in self._audience_of:
            page.put(self._engine)

    def delta(self, delta: Delta) -> None:
        floor = self._floor()
        if floor is None:
            return
        delta = self._concerns.widened(delta, floor)
        concerned = self._concerns.of(delta)
        told = Round(delta, concerned)
        for audience in self._audiences.values():
            if not told.is_news_of_others(audience):
                told.tell(audience)
        self._news.take(delta, concerned)

    def _tell_news(self, delta: Delta, concerned: Set[str], partly: bool) -> None:
        """To agents; whom a part of it concerns was told that part before, and may well be told again."""
        told = Round(delta, concerned)
        for audience in self._audiences.values():
            if told.is_news_of_others(audience) or (partly and audience.scope.own_only):
                told.tell(audience)

    def pop(self, agent: str, pop: Pop) -> None:
        """To every page of the agent the call is offered to, and to nobody else."""
        for page, audience in self._audience_of.items():
            if page.account.agent == agent:
                page.put(PopMessage(pop=pop_as_seen(audience.scope.access, pop)))

    def call_stored(self, call: str, agents: Collection[str], queue: str = "") -> None:
        """To those who may read the call's record."""
        message = CallStored(id=call)
        for page, audience in self._audience_of.items():
            if audience.scope.access.over("see_calls", agents, queue):
                page.put(message)

    def _join(self, page: Page) -> None:
        scope = Scope(self._access(page.account), self._concerns.hands)
        key: Hashable = ("everything", scope.extras) if scope.everything else page.account
        audience = self._audiences.setdefault(key, Audience(scope))
        audience.pages.add(page)
        self._audience_of[page] = audience

    def _show_all(self, page: Page) -> None:
        page.put(self._engine)
        floor = self._floor()
        if floor is None:
            return
        audience = self._audience_of[page]
        pops = self._pops_of(page.account.agent) if page.account.agent else ()
        told = tuple(pop_as_seen(audience.scope.access, pop) for pop in pops)
        page.put(Snapshot(seq=floor.seq, now=self._clock(), floor=audience.scope.floor(floor), pops=told))


def pop_as_seen(access: Access, pop: Pop) -> Pop:
    scope = access.scope_of("see_numbers")
    return pop if scope == "all" else masked_pop(pop, own=scope is not None)
