"""The pages are built when their sources changed, with a Node that can."""

import os
import stat
from pathlib import Path

import pytest

from callcenter.preparation import console
from callcenter.preparation.steps import StepFailed

NODE = '#!/bin/sh\necho "$NODE_SAYS"\n'
# Notes what it was asked, and builds as `npm run build` would.
NPM = """#!/bin/sh
echo "$*" >> asked
[ "$1" = ci ] && mkdir -p node_modules
[ "$2" = build ] && mkdir -p dist
exit ${NPM_FAILS:-0}
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("node", NODE), ("npm", NPM)):
        (programs / name).write_text(text)
        (programs / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("NODE_SAYS", "v22.20.0")
    folder = tmp_path / "agent_console"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text('{"engines": {"node": ">=20.19.0"}}')
    (folder / "package-lock.json").write_text("{}")
    (folder / "src/main.ts").write_text("export {};")
    return folder


def asked(folder: Path) -> list[str]:
    """What npm was asked since the last look."""
    file = folder / "asked"
    lines = [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def build(folder: Path) -> list[str]:
    console.build(lambda _: None, folder)
    return asked(folder)


def test_the_first_time_fetches_and_builds_and_the_second_does_nothing(sources: Path) -> None:
    assert build(sources) == ["ci", "run"]
    assert build(sources) == []


def test_a_changed_source_builds_without_fetching(sources: Path) -> None:
    build(sources)
    (sources / "src/main.ts").write_text("export const changed = 1;")
    assert build(sources) == ["run"]


def test_a_renamed_source_builds_too(sources: Path) -> None:
    build(sources)
    (sources / "src/main.ts").rename(sources / "src/other.ts")
    assert build(sources) == ["run"]


def test_a_changed_lock_file_fetches_anew(sources: Path) -> None:
    build(sources)
    (sources / "package-lock.json").write_text('{"changed": 1}')
    assert build(sources) == ["ci", "run"]


def test_tests_and_what_was_fetched_are_no_sources(sources: Path) -> None:
    build(sources)
    for name in ("tests", "node_modules"):
        (sources / name).mkdir(exist_ok=True)
        (sources / name / "x.ts").write_text("1")
    assert build(sources) == []


def test_a_failed_build_is_told_and_tried_again(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_FAILS", "3")
    with pytest.raises(StepFailed, match=r"npm ci .* failed in"):
        build(sources)
    asked(sources)
    monkeypatch.setenv("NPM_FAILS", "0")
    assert build(sources) == ["ci", "run"]


def test_an_old_node_is_passed_over_for_one_from_pypi(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[Path] = []
    monkeypatch.setenv("NODE_SAYS", "v18.19.0")
    monkeypatch.setattr(console, "_install_node", installed.append)
    monkeypatch.setattr(console.sys, "prefix", str(sources))
    assert console.node_folder(lambda _: None, sources) == sources / "node/bin"
    assert installed == [sources / "node/bin"]


def test_incomplete_sources_are_named(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"holds no package-lock\.json"):
        console.build(lambda _: None, tmp_path)
