"""`callcenter flow test`: the scenarios beside the flows are played, and every difference is shown."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callcenter.ivr.flow import Flow
    from callcenter.ivr.scenario import Line, Scenario


def test_files(files: list[Path], flows: Mapping[str, Flow], write: bool) -> int:
    """1 when a scenario went another way than its transcript says. `write`: the transcripts are written anew."""
    failed = sum(_tested(file, flows, write) for file in files)
    if not failed:
        say("所有场景都符合预期", "Every scenario went as it is written down.")
    return 1 if failed else 0


def _tested(file: Path, flows: Mapping[str, Flow], write: bool) -> int:
    from callcenter.ivr.problems import FlowError, FlowProblem, allowed
    from callcenter.ivr.scenario_file import read_scenarios, rewritten

    source = file.read_text("utf-8")
    found = read_scenarios(source, str(file))
    flow = flows.get(found.flow)
    if flow is None:
        message = f"there is no flow {found.flow!r}; {allowed(flows, found.flow).en}"
        raise FlowError((FlowProblem(str(file), 1, "", message),))
    transcripts = [
        _played(flow, flows, each, file, line) for each, line in zip(found.scenarios, found.lines, strict=True)
    ]
    if write:
        file.write_text(rewritten(source, transcripts), "utf-8")
        return 0
    each = zip(found.scenarios, transcripts, found.lines, strict=True)
    return sum(_differs(scenario, transcript, file, line) for scenario, transcript, line in each)


def _played(flow: Flow, flows: Mapping[str, Flow], scenario: Scenario, file: Path, line: int) -> tuple[Line, ...]:
    from callcenter.ivr.problems import FlowError, FlowProblem
    from callcenter.ivr.scenario import ScenarioError, play

    try:
        return play(flow, scenario, lambda called, _: (flows[called], 1) if called in flows else None)
    except ScenarioError as error:
        raise FlowError((FlowProblem(str(file), line, "", f"{scenario.name}: {error}"),)) from error


def _differs(scenario: Scenario, transcript: tuple[Line, ...], file: Path, line: int) -> bool:
    if scenario.transcript == transcript:
        print(f"  ✓ {scenario.name}")
        return False
    print(f"  ✗ {scenario.name}  ({file}:{line})")
    expected, got = list(map(str, scenario.transcript or ())), list(map(str, transcript))
    names = said("应为", "expected"), said("实际", "got")
    for each in difflib.unified_diff(expected, got, *names, lineterm=""):
        print(f"      {each}")
    return True
