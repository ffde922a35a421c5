"""Flows drawn as text."""

from callcenter.ivr.graph import dot, mermaid
from callcenter.ivr.known import Known
from callcenter.ivr.outline import examine
from tests.ivr.flows import HEAD

NODES = """  first:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: end, "*": way}
    gave_up: end
  way: {kind: condition, branches: [{when: call.holiday, next: end}], otherwise: first}
  end: {kind: hang_up}
"""


def outline():
    found = examine(HEAD + NODES, "x", Known()).outline
    assert found is not None
    return found


def test_mermaid_shows_nodes_and_the_keys_between_them() -> None:
    drawn = mermaid(outline()).splitlines()
    assert drawn[0] == "flowchart TD"
    assert '  n_first(["first<br/>menu"])' in drawn and '  n_end[["end<br/>hang_up"]]' in drawn
    assert "  begin((▶)) --> n_first" in drawn
    assert '  n_first -->|"1"| n_end' in drawn and '  n_first -->|"*"| n_way' in drawn
    assert '  n_way -->|"branches.0"| n_end' in drawn


def test_dot_shows_the_same() -> None:
    drawn = dot(outline())
    assert drawn.startswith('digraph "test" {') and drawn.endswith("}\n")
    assert '"first" -> "end" [label="gave_up"];' in drawn


def test_names_cannot_become_code() -> None:
    found = examine('flow: "x\\"]; a"\nnodes:\n  "a\\"-->b": {kind: say}\n', "x", Known()).outline
    assert found is not None
    assert '-->b"' not in mermaid(found) and '"]' not in dot(found).split("[")[0]
