"""What is wrong with the parts of a centre document that shape desk and floor."""

import pytest

from callcenter.calls.centre import (
    Agent,
    Alert,
    CallbackPolicy,
    Centre,
    Disposition,
    Outbound,
    PageLink,
    Queue,
    RoleRights,
    Room,
)
from callcenter.calls.desk import OutboundNumber
from callcenter.calls.languages import Text
from callcenter.calls.problems import problems

T = Text(zh="甲", en="A")


def found(trunks=None, **parts):
    centre = Centre(
        agents=(Agent(id="8001", name="Li"),),
        queues=(Queue(id="sales", name=T, callback=CallbackPolicy(trunk=parts.pop("callback_trunk", ""))),),
        **parts,
    )
    return [each.path for each in problems(centre, frozenset(), trunks=trunks)]


def tree(*pairs):
    return tuple(Disposition(id=name, name=T, parent=parent) for name, parent in pairs)


@pytest.mark.parametrize(
    ("parts", "paths"),
    [
        ({"dispositions": tree(("a", None), ("b", "a"), ("c", "b"))}, []),
        ({"dispositions": tree(("a", "gone"))}, ["dispositions[0].parent"]),
        ({"dispositions": tree(("a", "a"))}, ["dispositions[0].parent"]),
        ({"dispositions": tree(("a", "b"), ("b", "a"))}, ["dispositions[0].parent", "dispositions[1].parent"]),
        # d hangs below a circle: the circle is what is wrong
        (
            {"dispositions": tree(("a", "b"), ("b", "a"), ("d", "a"))},
            ["dispositions[0].parent", "dispositions[1].parent"],
        ),
        ({"rooms": (Room(id="one", name=T, number="8001"),)}, ["rooms[0].number"]),
        (
            {"rooms": (Room(id="one", name=T, number="700"), Room(id="two", name=T, number="700"))},
            ["rooms[1].number"],
        ),
        ({"rooms": (Room(id="one", name=T, number="700"), Room(id="one", name=T, number="701"))}, ["rooms[1]"]),
        ({"pages": (PageLink(id="crm", name=T, url="https://x.example/?t={caller}&a={agent}"),)}, []),
        ({"pages": (PageLink(id="crm", name=T, url="https://x.example/?t={phone}"),)}, ["pages[0].url"]),
        ({"alerts": (Alert(id="a", kind="waiting", queue="gone", limit=3),)}, ["alerts[0].queue"]),
        ({"alerts": (Alert(id="a", kind="service_level", queue="sales", limit=101),)}, ["alerts[0].limit"]),
        ({"roles": (RoleRights(id="lead", name=T, grants={"export": "own"}),)}, ["roles[0].grants.export"]),
        (
            {"roles": (RoleRights(id="administrator", name=T, grants={"edit_centre": "all"}),)},
            ["roles[0].grants.edit_users", "roles[0].grants.see_audit"],
        ),
        (
            {
                "outbound": Outbound(
                    numbers=(OutboundNumber(number="+8610", name=T), OutboundNumber(number="+8610", name=T))
                )
            },
            ["outbound.numbers[1]"],
        ),
    ],
)
def test_each_mistake_is_found_where_it_is(parts, paths):
    assert found(**parts) == paths


def test_trunks_are_looked_at_only_where_they_are_known():
    outbound = Outbound(numbers=(OutboundNumber(number="+8610", name=T, trunk="gone"),))
    assert found(outbound=outbound, callback_trunk="gone") == []
    there = frozenset({"main"})
    assert found(there, outbound=outbound, callback_trunk="gone") == [
        "outbound.numbers[0].trunk",
        "queues[0].callback.trunk",
    ]
    assert found(frozenset({"gone"}), outbound=outbound, callback_trunk="gone") == []
