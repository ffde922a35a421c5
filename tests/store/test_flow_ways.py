"""Which way callers took through flows, counted from what their calls left in the ledger."""

from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.calls.events import Entry
from callcenter.store import documents
from callcenter.store.database import writing
from callcenter.store.flow_runs import Runs
from callcenter.store.flow_ways import Hop, Way, hops, runs_of_flows, ways, ways_through
from callcenter.store.projections import apply, rebuild


def arrived(call, at):
    return ev.CallArrived(
        at=at, interaction=call, channel="c", caller="+86138", caller_name="", dialled="+8621", language="en"
    )


def menu_call(call, at=100.0, key="2", version=1, end="queue"):
    """The language is offered, a notice passed, `key` pressed in the menu; then the support queue."""
    of = {"interaction": call}
    return [
        arrived(call, at),
        ev.FlowStarted(at=at, **of, flow="hotline", version=version, session={}),
        ev.FlowStepped(at=at, **of, node="language", session={}, path=("language",)),
        ev.FlowStepped(at=at + 3, **of, node="menu", session={}, path=("notice", "menu")),
        ev.KeyPressed(at=at + 4, **of, flow="hotline", node="menu", key="7", valid=False),
        ev.FlowStepped(at=at + 4, **of, node="menu", session={}, path=()),
        ev.KeyPressed(at=at + 6, **of, flow="hotline", node="menu", key=key, valid=True),
        ev.FlowEnded(at=at + 6, **of, flow="hotline", result=end, path=("support",)),
        ev.CallEnded(at=at + 9, **of, by="caller", cause=16, phase="waiting", answered=False),
    ]


def numbered(events):
    return [Entry(seq, event) for seq, event in enumerate(events, 1)]


def runs(events):
    made = Runs("one")
    for entry in numbered(events):
        made.take(entry)
    return made.rows


def test_a_way_names_every_node_that_was_passed_and_the_key_that_led_on():
    (run,) = runs(menu_call("one"))
    assert (run.path, run.result, run.version) == ("language notice menu 2:support", "queue", 1)
    assert (run.began_at, run.ended_at) == (100.0, 106.0)


def test_a_wrong_key_leads_nowhere_and_is_no_hop():
    (run,) = runs(menu_call("one", key="2")[:6])
    assert (run.path, run.result, run.ended_at) == ("language notice menu", "", None)


def test_who_hangs_up_in_the_flow_ends_the_way_there():
    of = {"interaction": "one"}
    end = ev.CallEnded(at=104.0, **of, by="caller", cause=16, phase="flow", answered=False)
    (run,) = runs([*menu_call("one")[:4], end])
    assert (run.path, run.result, run.ended_at) == ("language notice menu", "caller_gone", 104.0)


def test_of_an_older_ledger_the_waits_are_known():
    of = {"interaction": "one"}
    (run,) = runs(
        [
            ev.FlowStarted(at=1, **of, flow="hotline", version=1, session={}),
            ev.FlowStepped(at=1, **of, node="language", session={}),
            ev.FlowStepped(at=3, **of, node="menu", session={}),
            ev.FlowStepped(at=4, **of, node="menu", session={}),
            ev.FlowEnded(at=5, **of, flow="hotline", result="queue"),
        ]
    )
    assert run.path == "language menu"


def test_a_flow_after_another_is_a_run_of_its_own():
    of = {"interaction": "one"}
    found = runs(
        [
            *menu_call("one")[:8],
            ev.FlowStarted(at=120, **of, flow="survey", version=4, session={}),
            ev.FlowStepped(at=120, **of, node="rate", session={}, path=("rate",)),
            ev.FlowEnded(at=130, **of, flow="survey", result="hangup", path=("thanks",)),
        ]
    )
    assert [(run.flow, run.version, run.path) for run in found] == [
        ("hotline", 1, "language notice menu 2:support"),
        ("survey", 4, "rate thanks"),
    ]


def test_hops_are_counted_by_version_and_key():
    taken = [
        Way(version=1, path="menu 2:support", result="queue", runs=3),
        Way(version=1, path="menu 1:support", result="queue", runs=2),
        Way(version=1, path="menu", result="", runs=4),
        Way(version=2, path="menu support", result="caller_gone", runs=1),
    ]
    assert hops(taken) == {
        Hop(1, "", "menu"): 9,
        Hop(1, "menu", "support", "2"): 3,
        Hop(1, "menu", "support", "1"): 2,
        Hop(1, "support", "", "queue"): 5,
        Hop(2, "", "menu"): 1,
        Hop(2, "menu", "support"): 1,
        Hop(2, "support", "", "caller_gone"): 1,
    }


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), st.sampled_from(["", "queue"])),
        max_size=8,
    )
)
def test_as_many_leave_a_node_or_stay_there_as_have_come_to_it(stories):
    counted = hops(Way(version=1, path=" ".join(path), result=result, runs=1) for path, result in stories)
    for node in "abc":
        came = sum(n for hop, n in counted.items() if hop.end == node)
        left = sum(n for hop, n in counted.items() if hop.begin == node)
        there = sum(1 for path, result in stories if path[-1] == node and not result)
        assert came == left + there


def test_the_tables_tell_today_and_a_rebuild_tells_the_same(db):
    events = [
        *menu_call("one", at=100),
        *menu_call("two", at=200),
        *menu_call("three", at=300, key="1"),
        *menu_call("old", at=5),
        *menu_call("now", at=400)[:6],
    ]
    with writing(db) as connection:
        apply(connection, numbered(events))
    expected = [
        ("language notice menu 2:support", "queue", 2),
        ("language notice menu", "", 1),
        ("language notice menu 1:support", "queue", 1),
    ]
    assert [(way.path, way.result, way.runs) for way in ways(db, "hotline", 50, 1000)] == expected
    assert runs_of_flows(db, 50, 1000) == {"hotline": 4}
    with writing(db) as connection:
        rebuild(connection)
    assert [(way.path, way.result, way.runs) for way in ways(db, "hotline", 50, 1000)] == expected


def test_an_entry_that_comes_twice_counts_once(db):
    for _ in range(2):
        with writing(db) as connection:
            apply(connection, numbered(menu_call("one")))
    assert [way.runs for way in ways(db, "hotline", 0, 1000)] == [1]


def called_by(flow: str, call: str, at: float, *paths: tuple[str, ...]) -> list[ev.Event]:
    of = {"interaction": call}
    began = ev.FlowStarted(at=at, **of, flow=flow, version=1, session={})
    steps = [ev.FlowStepped(at=at + i, **of, node=path[-1], session={}, path=path) for i, path in enumerate(paths)]
    return [arrived(call, at), began, *steps]


def test_a_flow_that_others_call_counts_its_visits_in_the_version_that_was_the_newest_then(db):
    documents.save_flow(db, "identify", "one", "admin", 0, 10.0)
    documents.save_flow(db, "identify", "two", "admin", 1, 150.0)
    told = ("check", "identify.ask"), ("identify.known", "thanks")
    events = [
        *called_by("hotline", "early", 100, *told),
        *called_by("hotline", "late", 200, *told),
        *called_by("orders", "now", 300, told[0]),
        *called_by("identity", "other", 310, ("check", "identity.ask")),
    ]
    with writing(db) as connection:
        apply(connection, numbered(events))
    taken = ways_through(db, "identify", 50, 1000)
    assert hops(taken, "identify") == {
        Hop(1, "", "ask"): 1,
        Hop(1, "ask", "known"): 1,
        Hop(1, "known", "", "returned"): 1,
        Hop(2, "", "ask"): 2,
        Hop(2, "ask", "known"): 1,
        Hop(2, "known", "", "returned"): 1,
    }
    assert hops(ways(db, "hotline", 50, 1000), "") == {Hop(1, "", "check"): 2, Hop(1, "check", "thanks"): 2}
    counted = {"hotline": 2, "orders": 1, "identity": 2, "identify": 3}
    assert runs_of_flows(db, 50, 1000) == counted
