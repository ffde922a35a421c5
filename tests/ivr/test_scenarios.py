"""The scenarios beside the flows, and the files they are in."""

import time
from pathlib import Path

import pytest

from callcenter.ivr.problems import FlowError
from callcenter.ivr.scenario import Line, Scenario, ScenarioError, play
from callcenter.ivr.scenario_file import read_scenarios, rewritten
from callcenter.ivr.session import Outcome
from tests.ivr.flows import FLOWS, demo, demo_flows
from tests.ivr.working import BALANCE

FILES = sorted((FLOWS / "scenarios").glob("*.yaml"))
HEAD = "flow: closed\nscenarios:\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_demo_flows_do_what_their_scenarios_say(file: Path) -> None:
    """After a change on purpose: `callcenter flow test --write`, and look at the difference."""
    source = file.read_text("utf-8")
    found = read_scenarios(source, file.name)
    flow = demo(found.flow)
    began = time.process_time()
    transcripts = [play(flow, scenario, demo_flows) for scenario in found.scenarios]
    assert (time.process_time() - began) / len(transcripts) < 0.1
    assert [scenario.transcript for scenario in found.scenarios] == transcripts
    assert rewritten(source, transcripts) == source


def test_work_outside_has_the_outcomes_that_are_given_one_after_the_other() -> None:
    scenario = Scenario(
        name="s",
        does=("8800#", "silent", "123"),
        outside={"fetch": (Outcome(values={"found": 12}),)},
    )
    assert list(map(str, play(BALANCE, scenario))) == [
        "presses: 8800",
        "silent_s: 5",
        "presses: (secret)",
        "asks: fetch: done",
        "hears: 您的余额是 十二 元",
        "ends: hang_up",
    ]
    down = Scenario(name="s", does=("1", "2"), outside={"fetch": (Outcome(trouble="unreachable"),)})
    assert play(BALANCE, down)[-3:] == (
        Line("asks", "fetch: unreachable"),
        Line("hears", "抱歉"),
        Line("ends", "hang_up"),
    )


@pytest.mark.parametrize(
    ("does", "said"), [(("1", "2"), "does not say what comes of it"), (("1" * 17,), "at most 16 keys")]
)
def test_a_scenario_that_cannot_be_played_says_why(does: tuple[str, ...], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        play(BALANCE, Scenario(name="s", does=does))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  - {name: a, dose: [1]}\n", "x.yaml:3: Object contains unknown field `dose`"),
        ("  - {does: [1]}\n", "missing required field `name`"),
        ("  - {name: a}\n  - {name: b, transcript: [{shouts: x}]}\n", "x.yaml:4: transcript: each line is one of"),
        ("  - {name: a, at: yesterday}\n", "x.yaml:3: Invalid isoformat"),
        ("", "a list of scenarios is wanted"),
        ("  - {name: a, does: &x [1]}\n", "anchors"),
    ],
)
def test_a_file_with_a_mistake_is_refused_at_its_line(text: str, said: str) -> None:
    with pytest.raises(FlowError) as caught:
        read_scenarios(HEAD + text, "x.yaml")
    assert said in str(caught.value)


def test_what_is_written_anew_leaves_the_rest_alone() -> None:
    first = "  # first\n  - name: a\n    transcript:\n      - ends: nowhere\n    does: ['1']\n\n"
    source = HEAD + first + "  - name: b  # second\n  # end\n"
    lines = (Line("hears", "a: b # c"), Line("presses", "007"), Line("silent_s", "5"))
    anew = rewritten(source, [lines, lines])
    assert [each.transcript for each in read_scenarios(anew, "x").scenarios] == [lines, lines]
    assert [line for line in anew.splitlines() if "#" in line and "hears" not in line] == [
        "  # first",
        "  - name: b  # second",
        "  # end",
    ]
    assert rewritten(anew, [lines, lines]) == anew
