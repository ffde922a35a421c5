"""Every sentence about a mistake is there in both languages, with the same values, and is used with all of them."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import callcenter
from callcenter.calls import centre_mistakes, scoring
from callcenter.calls.complaint import Sentences
from callcenter.forms import wording
from callcenter.ivr import mistakes
from callcenter.ivr.forms import forms
from callcenter.preparation import trunks
from callcenter.reporting import addresses
from callcenter.store import mistakes as store_mistakes
from callcenter.switchboard import flow_desk
from callcenter.web import complaints, refusals

ROOT = Path(callcenter.__file__).parent
AREAS: dict[str, Sentences] = {
    "calls/centre_mistakes.py": centre_mistakes.mistake,
    "calls/scoring.py": scoring._mistake,
    "forms/wording.py": wording._say,
    "ivr/mistakes.py": mistakes.mistake,
    "preparation/trunks.py": trunks._mistake,
    "reporting/addresses.py": addresses._mistake,
    "store/mistakes.py": store_mistakes.mistake,
    "switchboard/flow_desk.py": flow_desk.say,
    "web/complaints.py": complaints.mistake,
    "web/refusals.py": refusals.refusal,
}
# Words that are chosen where they are said, so that no literal stands there.
CHOSEN = {
    "calls/centre_mistakes.py": {
        "flow",
        "queue",
        "agent",
        "group",
        "skill",
        "roster",
        "music",
        "mailbox",
        "number",
        "tier",
        "disposition",
        "trunk",
    },
    "ivr/mistakes.py": {
        "queue",
        "queue_with_callbacks",
        "mailbox",
        "roster",
        "flow",
        "prompt",
        "script",
        "text",
        "number",
        "date",
        "bool",
        "any",
    },
    "switchboard/flow_desk.py": {"number", "survey", "queue", "rule"},
    "forms/wording.py": {"truth", "nothing", "moment", "day", "anything"},
}
TRANSLATED_ALONE = {"english"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same_values(area: str) -> None:
    wrong = [word for word, text in AREAS[area] if _values(text.zh) != _values(text.en) - TRANSLATED_ALONE]
    assert wrong == []


@pytest.mark.parametrize("area", AREAS)
def test_chinese_is_chinese_and_english_is_english(area: str) -> None:
    bare = {
        "unlimited",
        "named",
        "of",
        "as_it_is",
        "shown",
        "senseless",
        "literal",
        "not_worked_out",
        "in_field",
        "bad_default",
    }
    for word, text in AREAS[area]:
        assert not HAN.search(text.en), word
        assert HAN.search(text.zh) or word in bare, word


def test_every_word_that_is_said_is_there_with_its_values_and_none_is_idle() -> None:
    said: dict[str, set[str]] = {area: set() for area in AREAS}
    for file in sorted(ROOT.rglob("*.py")):
        source = file.read_text("utf-8")
        if "Sentences" in source or "mistake" in source or "refusal" in source:
            for area, word, values, line in _said_in(file, source):
                sentence = dict(AREAS[area]).get(word)
                assert sentence is not None, f"{file}:{line}: there is no sentence {word!r} in {area}"
                assert _values(sentence.en) <= values, (
                    f"{file}:{line}: {word!r} lacks {_values(sentence.en) - values}"
                )
                said[area].add(word)
    idle = {area: {word for word, _ in AREAS[area]} - said[area] - CHOSEN.get(area, set()) for area in AREAS}
    assert {area: words for area, words in idle.items() if words} == {}


def _said_in(file: Path, source: str) -> Iterator[tuple[str, str, set[str], int]]:
    """(area, word, names of the values, line) of every sentence that a file says by a word that is written there."""
    tree = ast.parse(source)
    names = dict(_speakers(file, tree))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        speaker = (
            call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "phrase" else call.func
        )
        if isinstance(speaker, ast.Name) and speaker.id in names:
            values = {each.arg or "" for each in call.keywords}
            if "" in values:
                values = {"name", *values} | _keys(tree)
            for word in _words(call.args[0]):
                yield names[speaker.id], word, values, call.lineno


def _keys(tree: ast.AST) -> set[str]:
    """The keys of mappings in the file, for values that are handed over as one."""
    return {
        key.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _words(said: ast.expr) -> Iterator[str]:
    match said:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp(body=body, orelse=orelse):
            yield from _words(body)
            yield from _words(orelse)


def _speakers(file: Path, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names by which the file says sentences, and their areas."""
    own = file.relative_to(ROOT).as_posix()
    if own in AREAS:
        yield (
            {"web/refusals.py": "refusal", "forms/wording.py": "_say", "switchboard/flow_desk.py": "say"}.get(
                own, "mistake"
            ),
            own,
        )
        yield "_mistake", own
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.module:
            area = each.module.removeprefix("callcenter.").replace(".", "/") + ".py"
            for alias in each.names:
                if area in AREAS and alias.name in ("mistake", "refusal"):
                    yield alias.asname or alias.name, area


def test_every_description_of_a_value_has_its_chinese() -> None:
    """Of the shapes that pages send; config.yaml's are read by operators, in English."""
    lacking = []
    for room in ("calls", "web"):
        for file in sorted((ROOT / room).glob("*.py")):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Meta":
                    given = {each.arg for each in call.keywords}
                    if "description" in given and "extra_json_schema" not in given:
                        lacking.append(f"{file.name}:{call.lineno}")
    assert lacking == []


def test_the_page_tells_kinds_of_nodes_and_their_fields_in_chinese_too() -> None:
    told = (ROOT.parent / "agent_console/src/text/flow_kinds.zh-CN.ts").read_text("utf-8")
    kinds, _, fields = told.partition("fieldsAboutZhCn")
    all_forms = forms()
    assert {form.kind for form in all_forms} == set(re.findall(r"^  (\w+):", kinds, re.M))
    names = {field.name for form in all_forms for field in form.fields if field.about}
    assert names - {name.rstrip("_") for name in re.findall(r"^  (\w+):", fields, re.M)} == set()
