"""Whatever flow is valid and whatever callers do: every call ends, checkpoints go round, secrets stay out of them."""

import json
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.ivr.parse import parse
from callcenter.ivr.session import (
    MAX_WAITS,
    Collect,
    Outcome,
    Outside,
    Step,
    again,
    answered,
    from_checkpoint,
    resume,
    start,
    to_checkpoint,
)
from tests.ivr.flows import HEAD, KNOWN, context

PIN = "73916428"
SAY = "say: {zh-CN: 您好, en: Hello}"
Node = Callable[[str, str, str], str]
"""(the next node, one further on, any node at all): only nodes that ask or count lead back."""

KINDS: list[Node] = [
    lambda on, far, back: f"{{kind: say, {SAY}, next: {on}}}",
    lambda on, far, back: f"{{kind: say, {SAY}, interruptible: false, next: {on}}}",
    lambda on, far, back: f"{{kind: menu, {SAY}, keys: {{1: {on}, 2: {far}, 3: {back}}}, gave_up: {far}, tries: 2}}",
    lambda on, far, back: f"{{kind: collect, into: typed, {SAY}, next: {on}, gave_up: {back}, confirm: digits}}",
    lambda on, far, back: f"{{kind: collect, into: pin, secret: true, {SAY}, next: {on}, gave_up: {far}}}",
    lambda on, far, back: (
        f"{{kind: collect, into: pin, secret: true, confirm: digits, {SAY}, next: {on}, gave_up: {back}}}"
    ),
    lambda on, far, back: f"{{kind: set, values: {{n: call.hour + 1, d: call.date + 1}}, next: {on}}}",
    lambda on, far, back: (
        f"{{kind: condition, branches: [{{when: is_set(n) and n > 5, next: {far}}}], otherwise: {on}}}"
    ),
    lambda on, far, back: (
        f"{{kind: condition, branches: [{{when: is_set(pin) and length(pin) > 4, next: {far}}}], otherwise: {on}}}"
    ),
    lambda on, far, back: f"{{kind: split, shares: [{{percent: 50, next: {far}}}], otherwise: {on}}}",
    lambda on, far, back: f"{{kind: loop, times: 3, next: {back}, then: {on}}}",
    lambda on, far, back: f"{{kind: language, {SAY}, keys: {{8: zh-CN, 9: en}}, next: {on}}}",
    lambda on, far, back: f"{{kind: roster, roster: office, open: {far}, closed: {on}}}",
    lambda on, far, back: (
        f"{{kind: http, url: 'https://example.com/', values: {{answer: a}}, next: {on}, failed: {far}}}"
    ),
]


BEGIN = f"""  first: {{kind: menu, {SAY}, keys: {{1: sets, 2: types}}, gave_up: n0}}
  sets: {{kind: set, values: {{n: '5', d: call.date}}, next: n0}}
  types: {{kind: collect, into: pin, secret: true, {SAY}, next: n0, gave_up: n0}}
"""


@st.composite
def sources(draw: st.DrawFn) -> str:
    count = draw(st.integers(1, 12))
    names = [*(f"n{at}" for at in range(count)), "end"]
    lines = []
    for at in range(count):
        far, back = draw(st.integers(at + 1, count)), draw(st.integers(0, count))
        lines.append(f"  {names[at]}: {draw(st.sampled_from(KINDS))(names[at + 1], names[far], names[back])}")
    return HEAD + BEGIN + "\n".join([*lines, "  end: {kind: hang_up}"]) + "\n"


KEYS = st.sampled_from(["", "1", "2", "3", "9", "5", "*", PIN, "12"])
OUTCOMES = st.sampled_from([Outcome(values={"a": "x"}), Outcome(trouble="timeout"), Outcome(values={})])
DEEDS = st.lists(st.tuples(KEYS, OUTCOMES, st.booleans(), st.floats(0, 0.99)), min_size=1, max_size=10)


@settings(max_examples=100)
@given(source=sources(), deeds=DEEDS, office=st.booleans())
def test_every_call_ends_and_no_secret_is_written_down(source: str, deeds: list, office: bool) -> None:
    flow = parse(source, "any.yaml", KNOWN)
    rosters = frozenset({"office"}) if office else frozenset()
    here = replace(context(), open_rosters=rosters, call="c1")
    step = start(flow, 1, here)
    for at in range(2 * MAX_WAITS + 2):
        _sound(step)
        if not isinstance(step.then, Collect | Outside):
            assert not step.fault
            return
        keys, outcome, restarts, chance = deeds[at % len(deeds)]
        session = from_checkpoint(json.loads(json.dumps(to_checkpoint(step.session))))
        assert session == step.session
        now = replace(here, chance=chance, secrets={} if restarts else step.secrets)
        if restarts and at % 3 == 0:
            step = again(flow, session, now)
        elif isinstance(step.then, Outside):
            step = answered(flow, session, outcome, now)
        else:
            step = resume(flow, session, keys, now)
    raise AssertionError("the call goes on for ever")


def _sound(step: Step) -> None:
    written = json.dumps(to_checkpoint(step.session)) + str(step.notes) + str(step.then.play)
    typed = to_checkpoint(step.session)["values"].get("typed", ["", ""])[1]
    if typed != PIN and step.session.memory.get("typed") != PIN:
        assert PIN not in written
    assert step.session.waits <= MAX_WAITS
