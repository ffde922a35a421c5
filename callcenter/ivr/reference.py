"""The page of all kinds of nodes, made from their docstrings.

python -m callcenter.ivr.reference > docs/flow_nodes.md
"""

import inspect

from callcenter.ivr.nodes import KINDS

_HEAD = """# Kinds of nodes

Made from the code by `python -m callcenter.ivr.reference > docs/flow_nodes.md`; change the docstrings, not this page.
[How to write a flow](flows.md) explains the rest. The second column of a table is the value when a field is left out.

Every node may have a title besides, which people read in the pages instead of its id, as in
`title: {zh-CN: 主菜单, en: Main menu}`; at most 40 characters in each language.
"""


def page() -> str:
    sections = (f"## {kind}\n\n{inspect.cleandoc(node.__doc__ or '')}\n" for kind, node in KINDS.items())
    return "\n".join([_HEAD, *sections])


if __name__ == "__main__":
    print(page(), end="")
