from hypothesis import given
from hypothesis import strategies as st

from callcenter.store.flow_visits import OWN, RETURNED, Visit, called_in, straight, visits

PATH = "menu 1:check verify.pin verify.hear deep.ask 2:verify.done 3:thanks check verify.pin"


def told(flow: str, path: str = PATH, result: str = "caller_gone") -> list[tuple[str, str]]:
    return [
        (" ".join(f"{key}:{node}" if key else node for key, node in each.steps), each.result)
        for each in visits(path, result, flow)
    ]


def test_the_calls_own_flow_sees_the_node_that_called_and_where_it_went_on() -> None:
    """The key that led out of the called flow is none of its own."""
    assert told(OWN) == [("menu 1:check thanks check", "caller_gone")]


def test_a_called_flow_sees_every_visit() -> None:
    assert told("verify") == [("pin hear done", RETURNED), ("pin", "caller_gone")]


def test_a_flow_that_was_called_deeper_comes_back_to_its_caller() -> None:
    assert told("deep") == [("ask", RETURNED)]


def test_two_flows_called_one_behind_the_other_are_two_visits() -> None:
    path = "first one.a one.b 9:second two.x one.y"
    assert told("one", path, "") == [("a b", RETURNED), ("y", "")]
    assert told("two", path, "") == [("x", "")]


def test_keys_pressed_within_a_flow_are_kept() -> None:
    assert told("verify", "check verify.menu 1:verify.pin #:verify.done", "failed") == [
        ("menu 1:pin #:done", "failed")
    ]


def test_a_path_that_calls_nobody_is_one_visit() -> None:
    assert list(visits("menu 2:support", "queue")) == [straight("menu 2:support", "queue")]
    assert list(visits("menu", "queue", "verify")) == []
    assert list(visits("", "caller_gone")) == [Visit((), "caller_gone")]


_NODES = st.sampled_from(["a", "b", "v.a", "v.b", "w.a"])


@given(st.lists(_NODES, max_size=20))
def test_every_node_is_in_one_visit_of_its_flow(nodes: list[str]) -> None:
    path = " ".join(nodes)
    seen = [
        f"{flow}.{node}".removeprefix(".")
        for flow in ("", "v", "w")
        for each in visits(path, "x", flow)
        for _, node in each.steps
    ]
    assert sorted(seen) == sorted(nodes)
    assert called_in(path) == {node.partition(".")[0] for node in nodes if "." in node}
