"""What is refused, where, and what is said about it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.languages import LANGUAGES, Text
from callcenter.ivr.parse import FlowError, Known, parse, parse_prompts
from callcenter.ivr.yaml_source import MAX_CHARACTERS
from tests.ivr.flows import FLOWS, HEAD, KNOWN, complaints, demo, flow

BYE = "  bye: {kind: hang_up}\n"
FIRST_SAY = "  first: {kind: say, play: hello, next: bye}\n"


def one(nodes: str) -> str:
    found = complaints(nodes)
    assert len(found) == 1, found
    return found[0]


def test_the_demo_flows_are_sound() -> None:
    for path in FLOWS.glob("*.yaml"):
        if path.stem != "prompts":
            assert demo(path.stem).id == path.stem


def test_a_flow_lists_all_its_prompts_in_every_language() -> None:
    prompts = demo("survey").prompts()
    assert {prompt.language for prompt in prompts} == set(LANGUAGES)
    assert {prompt.name for prompt in prompts} == {"", "invalid_key", "no_key", "goodbye"}
    assert len(prompts) == len(set(prompts)) == 12


def test_a_problem_names_file_line_and_node() -> None:
    with pytest.raises(FlowError) as caught:
        parse(HEAD + FIRST_SAY.replace("bye", "by") + BYE, "flows/test.yaml", KNOWN)
    assert str(caught.value) == "flows/test.yaml:5: node 'first': there is no node 'by'; known: bye, first"


def test_all_problems_are_told_at_once_in_the_order_of_the_lines() -> None:
    found = complaints(
        """  first:
    kind: say
    say: {zh-CN: 你好}
    nxt: bye
  menu: {kind: menoo}
  other: {kind: queue, queue: sale}
"""
    )
    assert [line.partition(":")[0] for line in found] == ["6 first", "7 first", "8 first", "9 menu", "10 other"]


REFUSED = {
    "a start that is no node": (
        "  other: {kind: hang_up}\n",
        "3 : there is no node 'first'; known: other",
    ),
    "a node nobody leads to": (
        "  first: {kind: hang_up}\n" + BYE,
        "6 bye: no way leads here from the start; remove the node or name it somewhere",
    ),
    "a kind that is none": (
        "  first: {kind: speak}\n",
        "5 first: kind: there is no kind 'speak'; known: agent, callback, ",
    ),
    "a node without a kind": ("  first: {queue: sales}\n", "5 first: missing: kind"),
    "a node that is a word": ("  first: sales\n", "5 first: 'sales' is no node; write its fields below it"),
    "an id with a space": (
        "  first: {kind: hang_up}\n  two words: {kind: hang_up}\n",
        "6 : 'two words' is no id of a node; allowed: a-z, 0-9 and _, starting with a letter, at most 32",
    ),
    "a field of another kind": (
        "  first: {kind: hang_up, next: first}\n",
        "5 first: there is no field 'next' here; allowed: kind, say, play",
    ),
    "a queue that is none": (
        "  first: {kind: queue, queue: sale}\n",
        "5 first: queue: there is no queue 'sale'; known: sales, support",
    ),
    "a prompt that is none": (
        "  first: {kind: hang_up, play: hallo}\n",
        "5 first: play: there is no prompt 'hallo'; known: hello",
    ),
    "a text without English": (
        "  first: {kind: hang_up, say: {zh-CN: 再见}}\n",
        "5 first: missing: the text in en",
    ),
    "a text in a language that is none": (
        "  first: {kind: hang_up, say: {zh-CN: 再见, en: Bye, fr: Adieu}}\n",
        "5 first: there is no field 'fr' here; allowed: zh-CN, en",
    ),
    "a text with a comma in braces": (
        "  first: {kind: hang_up, say: {zh-CN: 再见, en: Sorry, that was it.}}\n",
        "allowed: zh-CN, en; in braces a text with a comma needs quotes",
    ),
    "an empty text": (
        "  first: {kind: hang_up, say: {zh-CN: 再见, en: }}\n",
        "5 first: en: nothing is not allowed; one value is wanted",
    ),
    "a text that is too long": (
        f"  first: {{kind: hang_up, say: {{zh-CN: 再见, en: {'la ' * 400}}}}}\n",
        "5 first: en: allowed are printable characters, at most 1000",
    ),
    "a text with control characters": (
        '  first: {kind: hang_up, say: {zh-CN: 再见, en: "a\\ab"}}\n',
        "5 first: en: allowed are printable characters, at most 1000",
    ),
    "say and play": (
        "  first: {kind: hang_up, play: hello, say: {zh-CN: 再见, en: Bye}}\n",
        "5 first: say and play exclude each other; keep one of them",
    ),
    "nothing to say": (
        "  first: {kind: say, next: bye}\n" + BYE,
        "5 first: missing: say (the texts, one a language) or play (the name of a prompt)",
    ),
    "no next": ("  first: {kind: say, play: hello}\n" + BYE, "5 first: missing: next"),
    "a flag that is no flag": (
        "  first: {kind: say, play: hello, interruptible: maybe, next: bye}\n" + BYE,
        "5 first: interruptible: 'maybe' is not allowed; allowed: true, false",
    ),
    "a key that is none": (
        "  first: {kind: menu, play: hello, keys: {12: bye}, gave_up: bye}\n" + BYE,
        '5 first: \'12\' is no telephone key; allowed: one of 0 to 9, "*" and "#"',
    ),
    "a key bound twice": (
        '  first:\n    kind: menu\n    play: hello\n    keys:\n      1: bye\n      "1": bye\n    gave_up: bye\n'
        + BYE,
        "10 first: '1' is there twice, first on line 9; keep one of them",
    ),
    "a key bound by keys and repeat": (
        '  first: {kind: menu, play: hello, keys: {"*": bye}, repeat: "*", gave_up: bye}\n' + BYE,
        "5 first: repeat: the key * is bound twice, by repeat and by keys; keep one of them",
    ),
    "a menu without keys": (
        "  first: {kind: menu, play: hello, keys: {}, gave_up: bye}\n" + BYE,
        "5 first: keys: no key is bound; write e.g. {1: sales}",
    ),
    "a time-out out of bounds": (
        "  first: {kind: menu, play: hello, keys: {1: bye}, timeout_s: 0, gave_up: bye}\n" + BYE,
        "5 first: timeout_s: '0' is not allowed; allowed: a number from 1 to 60",
    ),
    "a time-out that is no number": (
        "  first: {kind: menu, play: hello, keys: {1: bye}, timeout_s: .nan, gave_up: bye}\n" + BYE,
        "5 first: timeout_s: '.nan' is not allowed; allowed: a number from 1 to 60",
    ),
    "tries that are no whole number": (
        "  first: {kind: menu, play: hello, keys: {1: bye}, tries: 2.5, gave_up: bye}\n" + BYE,
        "5 first: tries: 2.5 is not a whole number",
    ),
    "a list where a mapping belongs": (
        "  first: {kind: menu, play: hello, keys: [bye], gave_up: bye}\n" + BYE,
        "5 first: keys: a list is not allowed; a mapping is wanted, e.g. {field: value}",
    ),
    "a language that is none": (
        "  first: {kind: language, play: hello, keys: {9: fr}, next: bye}\n" + BYE,
        "5 first: keys.9: 'fr' is no language; allowed: zh-CN, en",
    ),
    "a time of day that is none": (
        '  first: {kind: hours, ranges: [{from: "9:00", to: "25:00", next: bye}], otherwise: bye}\n' + BYE,
        "5 first: to: '25:00' is no time of day; allowed: HH:MM from 00:00 to 24:00",
    ),
    "a range without length": (
        '  first: {kind: hours, ranges: [{from: "9:00", to: "9:00", next: bye}], otherwise: bye}\n' + BYE,
        "5 first: to: the same as from; a whole day is 00:00 to 24:00",
    ),
    "a weekday that is none": (
        '  first: {kind: hours, ranges: [{from: "9:00", to: "10:00", days: mon-fry, next: bye}], otherwise: bye}\n'
        + BYE,
        "5 first: days: 'mon-fry' is no weekday; allowed: mon, tue, wed, thu, fri, sat, sun and e.g. mon-fri",
    ),
    "a range that never applies": (
        '  first:\n    kind: hours\n    ranges:\n      - {from: "0:00", to: "24:00", next: bye}\n'
        '      - {from: "22:00", to: "3:00", days: sat, next: bye}\n    otherwise: bye\n' + BYE,
        "9 first: from: the ranges before this one cover all of it, so it never applies",
    ),
    "a range that another one covers over the end of the week": (
        '  first:\n    kind: hours\n    ranges:\n      - {from: "22:00", to: "6:00", days: sun, next: bye}\n'
        '      - {from: "0:00", to: "5:00", days: mon, next: bye}\n    otherwise: bye\n' + BYE,
        "9 first: from: the ranges before this one cover all of it, so it never applies",
    ),
    "an unknown field in an answer": (
        "  first: {kind: rate, question: q, play: hello, answers: {1: {points: 5}}, next: bye}\n" + BYE,
        "5 first: there is no field 'points' here; allowed: score, satisfied, solved",
    ),
    "no ranges": (
        "  first: {kind: hours, ranges: [], otherwise: bye}\n" + BYE,
        "5 first: ranges: a list of at least one entry is wanted, each beginning with -",
    ),
    "satisfied that is none": (
        "  first: {kind: rate, question: q, play: hello, answers: {1: {satisfied: very}}, next: bye}\n" + BYE,
        "5 first: satisfied: 'very' is not allowed; allowed: true, false, neither",
    ),
    "a question for the resolution that rates": (
        "  first: {kind: rate, question: q, asks: resolution, play: hello, answers: {1: {score: 5, solved: true}},"
        " next: bye}\n" + BYE,
        "5 first: score: a question with `asks: resolution` rates nothing; its keys have solved: true or false",
    ),
    "a question for the resolution that nothing resolves": (
        "  first: {kind: rate, question: q, asks: resolution, play: hello, answers: {1: {}}, next: bye}\n" + BYE,
        "5 first: answers: no key says that the problem is solved; mark one, e.g. {1: {solved: true}}",
    ),
    "solved where nobody asks for it": (
        "  first: {kind: rate, question: q, play: hello, answers: {1: {solved: true}}, next: bye}\n" + BYE,
        "5 first: solved: only a question with `asks: resolution` has keys that are marked solved",
    ),
    "a question that asks for anything else": (
        "  first: {kind: rate, question: q, asks: mood, play: hello, answers: {1: {}}, next: bye}\n" + BYE,
        "5 first: asks: 'mood' is not allowed; allowed: satisfaction, resolution",
    ),
    "a question that is no id": (
        "  first: {kind: rate, question: How was it?, play: hello, answers: {1: {}}, next: bye}\n" + BYE,
        "5 first: question: 'How was it?' is not allowed; allowed: a-z, 0-9 and _, starting with a letter",
    ),
    "a node that leads to itself": (
        "  first: {kind: menu, play: hello, keys: {1: bye, 2: spin}, gave_up: bye}\n"
        "  spin: {kind: hours, ranges: [{from: '9:00', to: '9:01', next: bye}], otherwise: spin}\n" + BYE,
        "6 spin: a loop without a wait for a key: spin -> spin; put a menu or a "
        "loop node into it, or lead it elsewhere",
    ),
    "a skill that the centre does not have": (
        "  first:\n    kind: queue\n    queue: sales\n    skills:\n      french: 3\n",
        "9 first: french: there is no such skill; known: billing, english",
    ),
    "a level that there is not": (
        "  first: {kind: queue, queue: sales, skills: {english: 11}}\n",
        "5 first: english: '11' is not allowed; allowed: a number from 1 to 10",
    ),
    "a level in between": (
        "  first: {kind: queue, queue: sales, skills: {english: 2.5}}\n",
        "5 first: english: 2.5 is not a whole number",
    ),
    "skills that are no mapping": (
        "  first: {kind: queue, queue: sales, skills: english}\n",
        "5 first: skills: 'english' is not allowed; a mapping is wanted, e.g. {field: value}",
    ),
    "a mailbox of nobody": (
        "  first: {kind: voicemail, mailbox: '8009'}\n",
        "5 first: mailbox: there is no mailbox '8009'; known: 8001, sales, support",
    ),
    "a mailbox that is missing": ("  first: {kind: voicemail}\n", "5 first: missing: mailbox"),
    "a callback to a queue without callbacks": (
        "  first: {kind: callback, queue: sales}\n",
        "5 first: queue: there is no queue with callbacks 'sales'; known: support",
    ),
    "a callback declined to nowhere": (
        "  first: {kind: callback, queue: support, declined: menu}\n",
        "5 first: there is no node 'menu'; known: first",
    ),
    "a callback that leads to itself": (
        "  first: {kind: callback, queue: support, declined: notice}\n"
        "  notice: {kind: say, play: hello, next: first}\n",
        "5 first: a loop without a wait for a key: first -> notice -> first;",
    ),
    "a node twice": (
        FIRST_SAY + BYE + "  first: {kind: hang_up}\n",
        "7 : 'first' is there twice, first on line 5; keep one of them",
    ),
    "an unquoted star": (
        "  first: {kind: menu, play: hello, keys: {*: bye}, gave_up: bye}\n" + BYE,
        'to bind the key *, write it in quotes: "*"',
    ),
    "an anchor": ("  first: &a {kind: hang_up}\n", "5 : anchors (&name) are not allowed"),
    "an alias": (
        "  first: {kind: hang_up, play: *a}\n",
        'aliases (*name) are not allowed; to bind the key *, write it in quotes: "*"',
    ),
    "a tag": (
        "  first: !!python/object/apply:os.system [ls]\n",
        "5 : tags (tag:yaml.org,2002:python/object/apply:os.system) are not allowed",
    ),
    "a second document": ("  first: {kind: hang_up}\n---\n{}\n", "only one document (---) is allowed in a file"),
    "a nest": ("  first: " + "[" * 5000 + "\n", "5 : the file is nested too deeply; at most 12 levels are allowed"),
    "broken YAML": ("  first: {kind: hang_up\n", "this is not correct YAML: while parsing a flow mapping"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    nodes, message = REFUSED[case]
    assert message in one(nodes)


@pytest.mark.parametrize("limits", ["timeout_s: 1, tries: 1", "timeout_s: 60, tries: 10", "timeout_s: 2.5, tries: 3"])
def test_the_limits_themselves_are_allowed(limits: str) -> None:
    assert complaints(f"  first: {{kind: menu, play: hello, keys: {{1: bye}}, {limits}, gave_up: bye}}\n{BYE}") == []


def test_dead_ends_are_told_for_every_node_without_a_way_out() -> None:
    found = complaints(
        "  first: {kind: menu, play: hello, keys: {1: second}, gave_up: first}\n"
        "  second: {kind: menu, play: hello, keys: {1: first}, gave_up: first}\n"
    )
    message = "a dead end: no way leads from here to a queue, a mailbox or hang_up"
    assert found == [f"5 first: {message}", f"6 second: {message}"]


def test_loops_without_a_wait_are_told_with_their_path() -> None:
    found = complaints(
        '  first: {kind: hours, ranges: [{from: "9:00", to: "10:00", next: bye}], otherwise: second}\n'
        "  second: {kind: say, play: hello, interruptible: false, next: third}\n"
        "  third: {kind: say, play: hello, next: first}\n" + BYE
    )
    assert len(found) == 1
    assert "first -> second -> third -> first" in found[0]


def test_a_loop_through_a_menu_is_allowed() -> None:
    assert complaints("  first: {kind: menu, play: hello, keys: {1: bye}, gave_up: first}\n" + BYE) == []


def test_a_loop_through_a_language_node_is_refused_because_it_may_have_nothing_to_offer() -> None:
    found = one(
        "  first: {kind: language, play: hello, keys: {9: en}, next: second}\n"
        '  second: {kind: hours, ranges: [{from: "9:00", to: "10:00", next: bye}], otherwise: first}\n' + BYE
    )
    assert "a loop without a wait" in found


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "the file must be a mapping"),
        ("- a\n", "the file must be a mapping"),
        ("a: \ud800", "this is not YAML text"),
        ("a: \x00", "this is not YAML text"),
        ("x" * (MAX_CHARACTERS + 1), "at most 1000000 are allowed"),
        ("flow: x\nname: {zh-CN: a, en: b}\nstart: x\nnodes: {}\n", "nodes: a flow needs at least one node"),
        ("flow: x\nname: {zh-CN: a, en: b}\nstart: x\n", "missing: nodes"),
        ("[a, b]: c\n", "a list cannot be the name of a field"),
    ],
)
def test_refuses_files_that_are_no_flows(source: str, message: str) -> None:
    assert any(message in found for found in complaints("", head=source))


@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-*&!|>#\"'ab1 \n", max_size=200))
def test_whatever_the_text_there_are_problems_and_no_other_error(source: str) -> None:
    with pytest.raises(FlowError):
        parse(source, "x", KNOWN)


@given(st.data())
def test_a_line_less_or_twice_never_raises_anything_else(data: st.DataObject) -> None:
    lines = (FLOWS / "hotline.yaml").read_text("utf-8").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = [lines[at]] * data.draw(st.sampled_from([0, 2]))
    known = Known(queues=KNOWN.queues, prompts=parse_prompts((FLOWS / "prompts.yaml").read_text("utf-8"), "p"))
    try:
        parse("\n".join(lines), "hotline.yaml", known)
    except FlowError as error:
        assert all(0 < problem.line <= len(lines) + 1 for problem in error.problems)


def _large(n: int) -> str:
    text = "{zh-CN: 产品咨询请按1，技术支持请按2。, en: 'For sales, press 1. For support, press 2.'}"
    menus = (
        f"  n{i}: {{kind: menu, say: {text}, keys: {{1: n{i + 1}, 2: bye}}, gave_up: n{i // 2}}}\n" for i in range(n)
    )
    return HEAD.replace("first", "n0") + "".join(menus) + f"  n{n}: {{kind: hang_up}}\n" + BYE


def test_a_thousand_nodes_are_read_and_checked_in_well_under_a_second() -> None:
    source = _large(1000)
    best = min(_timed(source) for _ in range(3))
    assert best < 0.8, f"{best:.2f} s"


def test_a_thousand_wrong_nodes_too() -> None:
    source = re.sub(r"gave_up: n", "gave_up: x", _large(1000))
    assert min(_timed(source) for _ in range(3)) < 0.8


def _timed(source: str) -> float:
    began = time.process_time()
    try:
        parse(source, "large.yaml", KNOWN)
    except FlowError as error:
        assert len(error.problems) == 1000
    return time.process_time() - began


def test_prompts_are_read_by_name() -> None:
    assert parse_prompts("hello: {zh-CN: 您好, en: Hello}\n", "p") == {"hello": Text(zh="您好", en="Hello")}


def test_bad_prompts_are_told_all_at_once() -> None:
    with pytest.raises(FlowError) as caught:
        parse_prompts("../x: {zh-CN: 您好, en: Hello}\nb: {zh-CN: 您好}\nc: d\n", "prompts.yaml")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]
    assert "'../x' is no name of a prompt" in str(caught.value)


def test_a_node_may_have_a_title_that_people_read() -> None:
    titled = "  first: {kind: hang_up, title: {zh-CN: 再见, en: Goodbye}}\n"
    assert flow(titled).nodes["first"].title == Text(zh="再见", en="Goodbye")
    assert flow(BYE.replace("bye", "first")).nodes["first"].title is None


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("{zh-CN: 再见}", "missing: the text in en"),
        ("Goodbye", "title: 'Goodbye' is not allowed; a mapping is wanted, e.g. {field: value}"),
        (f"{{zh-CN: 再见, en: {'x' * 41}}}", "en: a title has at most 40 characters"),
        ("{zh-CN: 再见, en: Bye, fr: Salut}", "there is no field 'fr' here; allowed: zh-CN, en"),
    ],
)
def test_a_title_that_is_none_is_refused(title: str, said: str) -> None:
    assert one(f"  first: {{kind: hang_up, title: {title}}}\n") == f"5 first: {said}"


def test_every_problem_is_told_in_chinese_with_what_it_names() -> None:
    """In the same order as in English; the ids that are allowed are data, and the same in both."""
    with pytest.raises(FlowError) as caught:
        parse(HEAD + "  first: {kind: queue, queue: sale, tries: 0}\n", "test.yaml", KNOWN)
    assert [(each.field, each.said.word, each.said.text.zh) for each in caught.value.problems if each.said] == [
        ("queue", "unknown", f"没有队列“sale”；可用：{', '.join(sorted(KNOWN.queues))}"),
        ("", "unknown_field", "这里没有字段“tries”；可用：kind, queue, skills, say, play, title"),
    ]
    assert caught.value.text.zh.splitlines()[0].startswith("第 5 行，节点“first”：queue：没有队列“sale”")


@pytest.mark.parametrize(
    "source", ["a: [1", "a: b: c", "\ta: 1", "- a\nb: 1", 'a: "x', "a: *b", "a: &b 1", "a: !x 1", "{", "a: @"]
)
def test_what_the_yaml_reader_says_is_told_in_chinese_too(source: str) -> None:
    with pytest.raises(FlowError) as caught:
        parse(source, "test.yaml", KNOWN)
    for problem in caught.value.problems:
        assert problem.said is not None
        assert re.search("[\u4e00-\u9fff]", problem.said.text.zh) and "expected" not in problem.said.text.zh
