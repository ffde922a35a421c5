"""What is drawn of flows, sound and unsound; the forms of the kinds; what distinguishes two versions."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import Text
from callcenter.ivr import nodes, outline
from callcenter.ivr.difference import difference
from callcenter.ivr.fields import Fields
from callcenter.ivr.forms import form_of, forms
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.outline import examine
from callcenter.preparation.flows import named_texts
from tests.ivr.flows import FLOWS, HEAD, KNOWN, flow

PROMPTS = msgspec.structs.replace(KNOWN, prompts=named_texts())
MENU = """
  first: {kind: menu, say: {zh-CN: 请选择, en: Choose}, keys: {1: support, 2: other}, gave_up: support}
  support: {kind: queue, queue: support}
  other: {kind: hang_up}
"""


def edges(source: str) -> list[tuple[str, str, str]]:
    found = examine(source, "test.yaml", PROMPTS).outline
    assert found is not None
    return [(node.id, edge.path, edge.to) for node in found.nodes for edge in node.edges]


def test_the_ways_are_those_that_the_kinds_read_as_nodes() -> None:
    assert edges(HEAD + MENU) == [
        ("first", "keys.1", "support"),
        ("first", "keys.2", "other"),
        ("first", "gave_up", "support"),
    ]  # and not `queue: support`, which is a queue


def test_a_list_of_ranges_names_its_ways_by_their_place() -> None:
    found = edges((FLOWS / "hotline.yaml").read_text())
    assert found[:4] == [
        ("time_of_day", "ranges.0.next", "morning"),
        ("time_of_day", "ranges.1.next", "afternoon"),
        ("time_of_day", "ranges.2.next", "evening"),
        ("time_of_day", "otherwise", "night"),
    ]


def test_a_kind_that_is_not_known_is_drawn_with_every_node_it_may_name() -> None:
    source = HEAD + "  first: {kind: magic, on: first, more: [{go: last}], word: hello}\n  last: {kind: hang_up}\n"
    assert edges(source) == [("first", "on", "first"), ("first", "more.0.go", "last")]
    found = examine(source, "test.yaml", KNOWN)
    assert found.flow is None and found.outline is not None
    assert not found.outline.nodes[0].known
    assert "there is no kind 'magic'" in found.problems[0].message


def test_what_has_mistakes_is_drawn_all_the_same_with_the_mistakes() -> None:
    found = examine(HEAD + MENU.replace("queue: support", "queue: nowhere"), "test.yaml", KNOWN)
    assert [(one.node, one.line) for one in found.problems] == [("support", 7)]
    assert found.outline is not None and [node.id for node in found.outline.nodes] == ["first", "support", "other"]


def test_what_is_no_yaml_has_no_drawing() -> None:
    found = examine("nodes: [", "test.yaml", KNOWN)
    assert (found.flow, found.outline) == (None, None) and found.problems


@given(st.text(alphabet="abk: {}[]\n-1\"'&*#", max_size=60))
def test_whatever_is_typed_there_is_an_answer(text: str) -> None:
    found = examine(HEAD + text, "test.yaml", KNOWN)
    assert found.problems or found.flow


# ---- forms


def by_kind(kind: str) -> dict[str, object]:
    (found,) = [form for form in forms() if form.kind == kind]
    return {field.name: field for field in found.fields}


def test_every_kind_has_a_form_with_every_field_explained() -> None:
    assert [form.kind for form in forms()] == list(nodes.KINDS)
    for form in forms():
        assert form.about and form.example, form.kind
        for field in form.fields:
            assert field.about, f"{form.kind}.{field.name}"


def test_the_form_of_a_menu_tells_types_limits_and_defaults() -> None:
    menu = msgspec.to_builtins(by_kind("menu"))
    assert list(menu)[:3] == ["say", "keys", "gave_up"]
    assert menu["keys"]["type"] == "keys" and menu["keys"]["of"][0]["type"] == "target"
    assert (menu["tries"]["type"], menu["tries"]["default"], menu["tries"]["least"], menu["tries"]["most"]) == (
        "count",
        "3",
        1,
        10,
    )
    assert menu["say"]["required"] and not menu["repeat"]["required"]


def test_fields_below_fields_are_told_too() -> None:
    hours = msgspec.to_builtins(by_kind("hours"))
    assert [(one["name"], one["type"]) for one in hours["ranges"]["of"]] == [
        ("from", "word"),
        ("to", "word"),
        ("days", "word"),
        ("next", "target"),
    ]


class Twice(NodeKind, frozen=True, kw_only=True):
    """Goes to one of two.

    ```yaml
    two:
      kind: twice
      left: a
      right: b
    ```

    | field | | meaning |
    |---|---|---|
    | `left` | required | where to |
    | `share` | `50` | per cent |
    """

    kind = "twice"

    left: str
    share: float

    @classmethod
    def read(cls, fields: Fields) -> "Twice":
        return cls(left=fields.target("left"), share=fields.number("share", 50, 0, 100))


def test_a_kind_made_today_has_a_form_at_once() -> None:
    found = form_of("twice", Twice)
    assert [(one.name, one.type, one.required, one.about) for one in found.fields] == [
        ("left", "target", True, "where to"),
        ("share", "number", False, "per cent"),
    ]


# ---- what distinguishes


def changed(before: str, after: str) -> list[tuple[str, str, list[str]]]:
    return [
        (change.node, change.change, [one.path for one in change.fields])
        for change in difference(before, after).nodes
    ]


def test_nodes_that_came_went_and_changed_are_told_with_the_fields() -> None:
    after = (
        MENU.replace("en: Choose", "en: Please choose").replace("2: other", "2: third").replace("other:", "third:")
    )
    assert changed(HEAD + MENU, HEAD + after) == [
        ("first", "changed", ["say.en", "keys.2"]),
        ("other", "removed", []),
        ("third", "added", []),
    ]


def test_what_stands_at_the_top_is_told_without_a_node() -> None:
    assert changed(HEAD + MENU, HEAD.replace("en: Test", "en: Trial") + MENU) == [("", "changed", ["name.en"])]


def test_lines_are_told_with_their_numbers_on_both_sides() -> None:
    (hunk,) = difference("a: 1\nb: 2\n", "a: 1\nb: 3\nc: 4\n").hunks
    assert [(line.sign, line.before, line.after, line.text) for line in hunk] == [
        (" ", 1, 1, "a: 1"),
        ("-", 2, 0, "b: 2"),
        ("+", 0, 2, "b: 3"),
        ("+", 0, 3, "c: 4"),
    ]


@given(st.lists(st.sampled_from(["a: 1", "b: 2", "c: {d: 3}"]), max_size=6))
def test_a_text_is_no_different_from_itself(lines: list[str]) -> None:
    found = difference("\n".join(lines), "\n".join(lines))
    assert (found.nodes, found.hunks) == ((), ())


@pytest.mark.parametrize("name", ["hotline", "survey", "closed"])
def test_the_demo_is_sound(name: str) -> None:
    found = examine((FLOWS / f"{name}.yaml").read_text(), name, PROMPTS)
    assert (found.problems, found.flow and found.flow.id) == ((), name)


def test_the_outline_has_texts_as_they_are_written() -> None:
    assert isinstance(flow(MENU).name, Text)
    found = examine(HEAD + MENU, "test.yaml", KNOWN).outline
    assert isinstance(found, outline.Outline)
    assert found.nodes[0].fields["say"] == {"zh-CN": "请选择", "en": "Choose"}  # type: ignore[call-overload, index]
