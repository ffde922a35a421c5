"""The published JSON Schema takes every flow that is right, and refuses what it can tell to be wrong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callcenter.ivr.schema import page, schema
from tests.ivr.flows import FLOWS, HEAD

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = schema()
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def complaints(value: Any, rules: dict[str, Any], at: str = "") -> Iterator[str]:
    """As much of JSON Schema as ours uses; a word of it that is not known here is an error."""
    for word, rule in rules.items():
        yield from WORDS[word](value, rule, at, rules)


def _type(value, rule, at, rules):
    fits = [TYPES[each] for each in ([rule] if isinstance(rule, str) else rule)]
    wrong = isinstance(value, bool) and bool not in fits
    if wrong or not isinstance(
        value, tuple(x for each in fits for x in (each if isinstance(each, tuple) else (each,)))
    ):
        yield f"{at}: {value!r} is no {rule}"


def _properties(value, rule, at, rules):
    for name in value.keys() & rule.keys() if isinstance(value, dict) else ():
        yield from complaints(value[name], rule[name], f"{at}.{name}")


def _patterns(value, rule, at, rules):
    for pattern, below in rule.items():
        for name in value if isinstance(value, dict) else ():
            if re.search(pattern, name):
                yield from complaints(value[name], below, f"{at}.{name}")


def _additional(value, rule, at, rules):
    patterns = "|".join(rules.get("patternProperties", {})) or "$^"
    for name in value if isinstance(value, dict) else ():
        if name not in rules.get("properties", {}) and not re.search(patterns, name):
            if rule is False:
                yield f"{at}: {name} is not allowed"
            elif rule is not True:
                yield from complaints(value[name], rule, f"{at}.{name}")


def _if(value, rule, at, rules):
    if not list(complaints(value, rule, at)):
        yield from complaints(value, rules["then"], at)


def _some(value, rule, at, least: int, most: int):
    fits = sum(not list(complaints(value, each, at)) for each in rule)
    if not least <= fits <= most:
        yield f"{at}: fits {fits} of {len(rule)}"


WORDS = {
    "type": _type,
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "required": lambda v, rule, at, _: (f"{at}: {n} is missing" for n in rule if isinstance(v, dict) and n not in v),
    "enum": lambda v, rule, at, _: () if v in rule else [f"{at}: {v!r} is none of {rule}"],
    "const": lambda v, rule, at, _: () if v == rule else [f"{at}: {v!r} is not {rule!r}"],
    "pattern": lambda v, rule, at, _: () if not isinstance(v, str) or re.search(rule, v) else [f"{at}: {v!r}"],
    "minimum": lambda v, rule, at, _: [f"{at}: below {rule}"] if isinstance(v, int | float) and v < rule else (),
    "maximum": lambda v, rule, at, _: [f"{at}: above {rule}"] if isinstance(v, int | float) and v > rule else (),
    "maxLength": lambda v, rule, at, _: [f"{at}: too long"] if isinstance(v, str) and len(v) > rule else (),
    "minItems": lambda v, rule, at, _: [f"{at}: empty"] if isinstance(v, list) and len(v) < rule else (),
    "minProperties": lambda v, rule, at, _: [f"{at}: empty"] if isinstance(v, dict) and len(v) < rule else (),
    "items": lambda v, rule, at, _: (
        (c for each in v for c in complaints(each, rule, f"{at}[]")) if isinstance(v, list) else ()
    ),
    "allOf": lambda v, rule, at, _: (c for each in rule for c in complaints(v, each, at)),
    "oneOf": lambda v, rule, at, _: _some(v, rule, at, 1, 1),
    "anyOf": lambda v, rule, at, _: _some(v, rule, at, 1, len(rule)),
    "not": lambda v, rule, at, _: [f"{at}: excluded"] if not list(complaints(v, rule, at)) else (),
    "if": _if,
    "then": lambda *_: (),
    "$ref": lambda v, rule, at, _: complaints(v, SCHEMA["$defs"][rule.rpartition("/")[2]], at),
    **dict.fromkeys(("$schema", "title", "description", "$defs"), lambda *_: ()),
}


def read(source: str) -> Any:
    """As JSON has it: names are texts."""

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(name): named(each) for name, each in value.items()}
        return [named(each) for each in value] if isinstance(value, list) else value

    return named(yaml.safe_load(source))


def test_the_published_schema_is_current() -> None:
    message = "run python -m callcenter.ivr.schema > docs/flow.schema.json"
    assert (DOCS / "flow.schema.json").read_text("utf-8") == page(), message
    assert json.loads(page()) == schema()


@pytest.mark.parametrize("file", sorted(FLOWS.glob("*.yaml")), ids=lambda file: file.stem)
def test_it_takes_the_demo_flows(file: Path) -> None:
    if file.stem != "prompts":
        assert list(complaints(read(file.read_text("utf-8")), SCHEMA)) == []


PAGES = (DOCS / "flow_nodes.md").read_text("utf-8"), (DOCS / "flows.md").read_text("utf-8")
EXAMPLES = [example for text in PAGES for example in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_takes_the_examples_of_the_pages(example: str) -> None:
    found = read(example)
    if "scenarios" in found:
        return
    if "flow" not in found:
        kinds = [each for each in found.values() if isinstance(each, dict) and "kind" in each]
        if not kinds:
            return
        found = {"flow": "x", "name": {"zh-CN": "x", "en": "x"}, "start": "x", "nodes": found}
    assert list(complaints(found, SCHEMA)) == []


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("{kind: speak}", "none of"),
        ("{kind: menu, keys: {1: a}, gave_up: a}", "fits 0 of 2"),
        ("{kind: menu, play: a, say: {zh-CN: a, en: b}, keys: {1: a}, gave_up: a}", "fits 2 of 2"),
        ("{kind: menu, play: a, keys: {12: a}, gave_up: a}", "12 is not allowed"),
        ("{kind: menu, play: a, keys: {1: a}}", "gave_up is missing"),
        ("{kind: menu, play: a, keys: {1: a}, gave_up: a, tries: 11}", "above 10"),
        ("{kind: say, say: {en: b}, next: a}", "zh-CN is missing"),
        ("{kind: say, play: a, nxt: a}", "nxt is not allowed"),
        ("{kind: hours, ranges: [], otherwise: a}", "empty"),
        ("{kind: say, play: a, next: a, interruptible: maybe}", "is no boolean"),
    ],
)
def test_it_refuses_what_the_parser_refuses(node: str, said: str) -> None:
    found = list(complaints(read(HEAD + f"  first: {node}\n"), SCHEMA))
    assert any(said in each for each in found), found
