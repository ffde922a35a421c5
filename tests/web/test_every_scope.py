"""Whatever happens on the floor, every page ends up with exactly what a fresh look would show its reader."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls.centre import Agent, Centre, Choice, Queue, RoleRights
from callcenter.calls.parties import Target
from callcenter.calls.rights import Permission, Scope
from callcenter.calls.views import (
    CallView,
    ConsultView,
    Delta,
    Floor,
    NoticeView,
    PartyView,
    RoomMember,
    RoomView,
)
from callcenter.web.access import Access, Account
from callcenter.web.mirror import applied
from callcenter.web.page_messages import AnyPageMessage, FloorDelta, Snapshot
from callcenter.web.pages import Pages
from callcenter.web.scope import Scope as View
from tests.web.floor import SALES, agent, call, callback, floor, offer

AGENTS = ("8001", "8002", "8003", "8004")
SCOPES: tuple[Scope | None, ...] = (None, "own", "group", "all")
REACHING: tuple[Permission, ...] = ("see_calls", "see_callbacks", "see_numbers", "listen", "notify_agents")


def centre(*roles: RoleRights) -> Centre:
    queues = (
        Queue(id="sales", name=SALES),
        Queue(id="support", name=SALES, groups=("second",)),
    )
    agents = (
        Agent(id="8001", name="A", queues=("sales",), groups=("first",)),
        Agent(id="8002", name="B", queues=("sales",), groups=("first", "second")),
        Agent(id="8003", name="C", groups=("second",)),
        Agent(id="8004", name="D"),
    )
    groups = tuple(Choice(id=group, name=SALES) for group in ("first", "second"))
    return Centre(queues=queues, agents=agents, groups=groups, roles=roles)


def role(scopes: tuple[Scope | None, ...], extra: bool) -> RoleRights:
    grants: dict[Permission, Scope] = {
        permission: scope for permission, scope in zip(REACHING, scopes, strict=True) if scope is not None
    }
    if extra:
        grants |= {"use_rooms": "all", "see_system": "all"}
    return RoleRights(id="tested", name=SALES, grants=grants)


agents = st.sampled_from(AGENTS)
some_agent = st.sampled_from(("", *AGENTS))
queue_ids = st.sampled_from(("", "sales", "support"))
parties = st.builds(
    PartyView,
    channel=st.just("x"),
    role=st.sampled_from(("agent", "external", "supervisor")),
    who=agents,
    since=st.just(1.0),
    mode=st.sampled_from((None, "listen", "whisper", "barge")),
)
consults = st.builds(
    ConsultView,
    to=st.sampled_from((Target(kind="agent", id="8002"), Target(kind="number", id="+8613900139000"))),
    state=st.just("ringing"),
    since=st.just(1.0),
    party=some_agent,
)


@st.composite
def calls(draw: st.DrawFn, call_id: str) -> CallView:
    return call(
        call_id,
        phase=draw(st.sampled_from(("flow", "waiting", "talking", "dialling", "consulting", "conference"))),
        queue=draw(queue_ids),
        agent=draw(some_agent),
        offer=draw(st.none() | st.builds(offer, agents)),
        consult=draw(st.none() | consults),
        parties=tuple(draw(st.lists(parties, max_size=2))),
    )


@st.composite
def rooms(draw: st.DrawFn) -> RoomView:
    members = [RoomMember(channel="o", member="+8613900139000", outside=True, since=1.0)]
    members += [RoomMember(channel=one, member=one, outside=False, since=1.0) for one in draw(st.sets(agents))]
    return RoomView(id="hall", name=SALES, number="600", most=9, members=tuple(members))


@st.composite
def notices(draw: st.DrawFn) -> NoticeView:
    to = tuple(sorted(draw(st.sets(agents, min_size=1))))
    read_by = tuple(sorted(draw(st.sets(st.sampled_from(to)))))
    return NoticeView(id="n", at=1.0, by="boss", by_name="Boss", to=to, read_by=read_by, text="hi")


def present(views: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly there."""
    return st.one_of(views, views, views, st.none())


STATES = st.sampled_from(("ready", "reserved", "talking", "wrap_up"))
PARTS: tuple[tuple[str, str, st.SearchStrategy[Any]], ...] = (
    ("calls", "c1", present(calls("c1"))),
    ("calls", "c1", present(calls("c1"))),
    ("calls", "c2", present(calls("c2"))),
    ("callbacks", "b1", present(st.builds(callback, st.just("b1"), queue=queue_ids, agent=some_agent))),
    ("notices", "n", present(notices())),
    ("rooms", "hall", rooms()),
    *(
        ("agents", key, st.builds(agent, st.just(key), state=STATES, interaction=st.sampled_from(("", "c1", "c2"))))
        for key in AGENTS
    ),
)


@st.composite
def changes(draw: st.DrawFn, seq: int) -> Delta:
    """One or two things appear, change or go."""
    parts: dict[str, dict[str, Any]] = {}
    for kind, key, views in draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=2)):
        parts.setdefault(kind, {})[key] = draw(views)
    return Delta(seq=seq, **parts)


class Shown:
    """What one page shows, told by messages alone."""

    def __init__(self, pages: Pages, account: Account) -> None:
        self.page = pages.enter(account, "token")
        self.floor: Floor | None = None

    def look(self) -> Floor | None:
        while not self.page.queue.empty():
            message = msgspec.json.decode(self.page.queue.get_nowait(), type=AnyPageMessage)
            if isinstance(message, Snapshot):
                self.floor = message.floor
            elif isinstance(message, FloorDelta):
                assert self.floor is not None
                self.floor = applied(self.floor, msgspec.convert(msgspec.to_builtins(message), Delta, strict=False))
        return self.floor


def readers() -> tuple[Account, ...]:
    return (
        Account(username="own", name="x", role="tested", agent="8001"),
        Account(username="lead", name="x", role="tested", groups=("second",)),
        Account(username="agentless", name="x", role="tested"),
    )


every_combination = st.tuples(*(st.sampled_from(SCOPES) for _ in REACHING))
agents_alike = st.tuples(*(st.sampled_from((None, "own", "own", "own")) for _ in REACHING))
"""Those who are told in common what does not concern them."""


@settings(max_examples=100, deadline=None)
@given(agents_alike | every_combination, st.booleans(), st.data())
async def test_messages_lead_to_what_a_fresh_look_shows(
    scopes: tuple[Scope | None, ...], extra: bool, data: st.DataObject
) -> None:
    document = centre(role(scopes, extra))
    live = floor(agents=tuple(agent(one) for one in AGENTS))
    serving = {"sales": ("8001", "8002"), "support": ("8002", "8003")}

    def opened(news_every_s: float) -> tuple[Pages, list[Shown]]:
        pages = Pages(
            lambda: live,
            lambda _: (),
            lambda account: Access(account, document),
            lambda queue: serving.get(queue, ()),
            news_every_s=news_every_s,
        )
        pages.engine_up(live)
        return pages, [Shown(pages, account) for account in readers()]

    def agree(shown: list[Shown]) -> None:
        for one in shown:
            fresh = View(Access(one.page.account, document)).floor(live)
            assert said(one.look()) == said(fresh)

    (pages, shown), (later, shown_later) = opened(0), opened(3600)
    for seq in range(2, data.draw(st.integers(5, 12))):
        delta = data.draw(changes(seq))
        live = applied(live, delta)
        pages.delta(delta)
        agree(shown)
        later.delta(delta)
        if data.draw(st.booleans()):
            later._news._tell_kept()
            agree(shown_later)


def said(picture: Floor | None) -> Any:
    """Without the ledger position: who is told nothing of a change keeps the last one."""
    assert picture is not None
    return msgspec.to_builtins(msgspec.structs.replace(picture, seq=0))


def test_all_who_see_everything_share_one_message_and_agents_the_common_one() -> None:
    """Equal readers are one audience; others get one of their own."""
    document = centre()
    accounts = [Account(username=f"boss{i}", name="x", role="supervisor") for i in range(3)]
    scopes = [View(Access(one, document)) for one in accounts]

    assert all(one.everything for one in scopes)
    assert len({one.extras for one in scopes}) == 1
    own = View(Access(Account(username="a", name="x", role="agent", agent="8001"), document, ("agent",)))
    assert own.own_only and not own.everything
