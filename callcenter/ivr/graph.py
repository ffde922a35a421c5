"""A flow as text that other programs draw: Mermaid for documents, DOT for Graphviz."""

from callcenter.ivr.outline import DrawnNode, Edge, Outline

_SHAPES = {"asks": ('(["', '"])'), "ends": ('[["', '"]]'), "other": ('["', '"]')}
_DOT_SHAPES = {"asks": "box, style=rounded", "ends": "box, peripheries=2", "other": "box"}


def mermaid(outline: Outline) -> str:
    """Nodes that ask are rounded, those that end the flow have double sides."""
    lines = ["flowchart TD"]
    for node in outline.nodes:
        left, right = _SHAPES[_sort(node)]
        lines.append(f"  {_id(node.id)}{left}{_safe(node.id)}<br/>{_safe(node.kind)}{right}")
    if outline.start:
        lines.append(f"  begin((▶)) --> {_id(outline.start)}")
    lines += [
        f'  {_id(node.id)} -->|"{_safe(label(edge))}"| {_id(edge.to)}'
        for node in outline.nodes
        for edge in node.edges
    ]
    return "\n".join(lines) + "\n"


def dot(outline: Outline) -> str:
    lines = [f'digraph "{_safe(outline.id)}" {{', "  node [fontname=sans];", "  edge [fontname=sans, fontsize=10];"]
    for node in outline.nodes:
        shape = _DOT_SHAPES[_sort(node)]
        lines.append(f'  "{_safe(node.id)}" [label="{_safe(node.id)}\\n{_safe(node.kind)}", shape={shape}];')
    if outline.start:
        lines += ['  "▶" [shape=circle];', f'  "▶" -> "{_safe(outline.start)}";']
    lines += [
        f'  "{_safe(node.id)}" -> "{_safe(edge.to)}" [label="{_safe(label(edge))}"];'
        for node in outline.nodes
        for edge in node.edges
    ]
    return "\n".join([*lines, "}"]) + "\n"


def label(edge: Edge) -> str:
    """A key as it is pressed; else the field that names the next node, without `next`."""
    path = edge.path.removeprefix("keys.")
    return "" if path == "next" else path.removesuffix(".next")


def _sort(node: DrawnNode) -> str:
    return "asks" if node.asks else "ends" if node.ends else "other"


def _id(node_id: str) -> str:
    """Mermaid takes some words for its own: `end` above all."""
    return "n_" + "".join(each if each.isalnum() or each == "_" else "_" for each in node_id)


def _safe(said: str) -> str:
    return "".join("'" if each == '"' else each for each in said if each.isprintable() and each not in "\\<>|{}")
