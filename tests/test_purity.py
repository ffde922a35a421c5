"""The pure rooms take time and chance as arguments, wait for nothing and open nothing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "callcenter"
ROOMS = ("calls", "acd", "ivr", "switchboard", "simulate")
MODULES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
FORBIDDEN_MODULES = {"time", "asyncio", "random", "os", "socket", "logging", "threading", "subprocess", "pathlib"}
FORBIDDEN_CALLS = {"open", "print", "now", "utcnow", "today", "sleep"}
# Two modules print a page for the documents when they are run by themselves: that much is not part of what runs.
BY_ITSELF = "__name__ == '__main__'"


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_pure_room_touches_only_what_it_is_given(file: Path):
    assert list(impurities(ast.parse(file.read_text("utf-8")))) == []


def impurities(tree: ast.Module):
    parts = [part for part in tree.body if not (isinstance(part, ast.If) and ast.unparse(part.test) == BY_ITSELF)]
    for node in ast.walk(ast.Module(parts, [])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in FORBIDDEN_MODULES:
            yield node.module
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield "await"
        elif isinstance(node, ast.Call) and name_of(node.func) in FORBIDDEN_CALLS:
            yield f"{name_of(node.func)}()"


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_the_watch_notices_what_it_watches_for():
    assert list(impurities(ast.parse("if __name__ == '__main__':\n    print(1)\nif x:\n    print(2)"))) == ["print()"]
    bad = "import time\nfrom random import choice\nasync def f():\n    await g()\nopen('x')\ndatetime.now()\n"
    assert sorted(set(impurities(ast.parse(bad)))) == ["await", "now()", "open()", "random", "time"]
