"""Permissions, and what is left of numbers."""

import msgspec
import pytest

from callcenter.calls.centre import Agent, Centre, Choice, Queue, RoleRights
from callcenter.calls.numbers import masked
from callcenter.calls.rights import PERMISSIONS, Permission, Scope
from callcenter.web.access import Access, Account
from callcenter.web.asked import GivenNumber
from callcenter.web.call_shapes import TimelineEntry
from callcenter.web.card_shapes import Pop
from callcenter.web.errors import ApiError
from callcenter.web.masking import masked_card, masked_detail, masked_pop, restored
from tests.web.fake_archive import ACCOUNTS, card, record
from tests.web.floor import CALLER, SALES, centre


def access(username: str, document: Centre | None = None, masked_roles: tuple[str, ...] = ()) -> Access:
    return Access(ACCOUNTS[username], document or centre(), masked_roles)


def of_role(grants: dict[Permission, Scope], **fields: object) -> Access:
    """Somebody of a role of the centre's own, in the centre of two groups."""
    role = RoleRights(id="lead", name=SALES, grants=grants)
    account = msgspec.convert({"username": "lead", "name": "Lead", "role": "lead", **fields}, Account)
    return Access(account, msgspec.structs.replace(two_groups(), roles=(role,)))


def two_groups() -> Centre:
    sales, vip = centre().queues[0], Queue(id="vip", name=SALES, groups=("seniors",))
    agents = (
        Agent(id="8001", name="Li Na", queues=("sales",), groups=("seniors",)),
        Agent(id="8002", name="Wang Wei", queues=("sales",), groups=("juniors",)),
        Agent(id="8003", name="Xu Lei", groups=("seniors",)),
    )
    groups = (Choice(id="seniors", name=SALES), Choice(id="juniors", name=SALES))
    return Centre(queues=(sales, vip), agents=agents, groups=groups)


def test_an_agent_may_neither_listen_nor_change_the_centre() -> None:
    grants = access("8001").grants

    assert grants["see_calls"] == grants["hear_recordings"] == "own"
    assert not grants.keys() & {"listen", "take_over", "force_agents", "force_calls", "edit_centre", "see_audit"}


def test_an_administrator_may_everything_that_needs_no_phone() -> None:
    assert set(PERMISSIONS) - access("admin").grants.keys() == {"take_calls", "transfer", "dial_out"}


def test_a_supervisor_with_an_agent_id_takes_calls_too() -> None:
    boss = Access(Account(username="boss", name="Zhao Min", role="supervisor", agent="8009"), centre())

    assert boss.may("take_calls")
    assert not boss.may("edit_centre")


def test_a_role_that_is_gone_may_nothing() -> None:
    assert Access(Account(username="x", name="X", role="vanished"), centre()).grants == {}


def test_a_role_of_the_centres_own_may_what_it_is_granted() -> None:
    assert of_role({"see_figures": "all"}).grants == {"see_figures": "all"}


def test_a_group_is_the_accounts_own_groups_else_those_of_its_agent() -> None:
    grants: dict[Permission, Scope] = {"listen": "group", "take_calls": "all"}

    assert of_role(grants, groups=["juniors"]).agents("listen") == {"8002"}
    assert of_role(grants, agent="8003").agents("listen") == {"8001", "8003"}
    assert of_role(grants).agents("listen") == frozenset()


def test_a_call_with_nobody_belongs_to_the_groups_of_its_queue() -> None:
    lead = of_role({"see_calls": "group"}, groups=["seniors"])

    assert lead.over("see_calls", (), "vip")
    assert lead.over("see_calls", ("",), "vip")
    assert not lead.over("see_calls", (), "support")
    assert lead.over("see_calls", ("8001",), "support")
    assert not lead.over("see_calls", ("8002",), "vip")


def test_what_is_granted_over_ones_own_reaches_nobody_else() -> None:
    agent = access("8001")

    assert agent.over("see_calls", ("8001", "8002"))
    assert not agent.over("see_calls", ("8002",), "sales")
    assert not agent.over("see_calls", (), "sales")
    assert agent.queues("see_callbacks") == {"sales"}


def test_mailboxes_are_the_agents_own_and_those_of_its_queues_by_name_or_group() -> None:
    document = msgspec.structs.replace(two_groups(), agents=(*two_groups().agents[:1], Agent(id="8002", name="Wang")))

    assert access("8001", document).mailboxes() == {"8001", "sales", "vip"}
    assert access("8002", document).mailboxes() == {"8002"}
    assert access("boss", document).mailboxes() is None


def test_configuration_masks_numbers_for_a_role_but_those_of_its_own_calls() -> None:
    assert access("8001").scope_of("see_numbers") == "all"
    assert access("8001", masked_roles=("agent",)).scope_of("see_numbers") == "own"


def test_a_number_in_the_place_of_a_name_is_masked_and_a_name_is_not() -> None:
    assert masked_detail(record(caller_name="13800138000")).caller_name == masked("13800138000")
    assert masked_detail(record(caller_name="Chen Jie")).caller_name == "Chen Jie"


def test_a_timeline_keeps_no_whole_number() -> None:
    entry = TimelineEntry(seq=1, at=1.0, kind="CallArrived", data={"caller": CALLER, "channel": "c1"})

    told = masked_detail(record(timeline=(entry,)))

    assert told.timeline[0].data == {"caller": masked(CALLER), "channel": "c1"}


def test_a_pop_shows_the_callers_number_and_hides_the_cards_others() -> None:
    other = "+8613900139000"
    pop = Pop(
        interaction="c1",
        kind="call",
        note="",
        by_agent="",
        looking_up=False,
        offer="o1",
        caller=CALLER,
        caller_name="",
        queue="sales",
        waited_s=1.0,
        flow="hotline",
        keys=(),
        callback="",
        customer=card("1", CALLER, other),
        matches=(card("1", CALLER, other),),
        last_calls=(record("a"), record("b", caller=other)),
    )

    told = masked_pop(pop)

    assert told.caller == CALLER
    assert told.customer is not None
    assert [entry.number for entry in told.customer.numbers] == [CALLER, masked(other)]
    assert told.matches[0] == told.customer
    assert [call.caller for call in told.last_calls] == [CALLER, masked(other)]


def test_what_was_masked_can_be_restored() -> None:
    known = card("1", CALLER, "8001")
    shown = masked_card(known)

    sent_back = tuple(GivenNumber(number=entry.number) for entry in shown.numbers)

    assert [entry.number for entry in restored(sent_back, known)] == [CALLER, "8001"]


def test_two_numbers_that_look_alike_are_kept_together_or_refused() -> None:
    alike = ("+8613800138000", "+8613811118000")
    mask = GivenNumber(number=masked(CALLER))

    assert tuple(entry.number for entry in restored((mask, mask), card("1", *alike))) == alike
    with pytest.raises(ApiError, match="stands for 2 numbers"):
        restored((mask,), card("1", *alike))
