"""A supervised process ends with the process that started it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from callcenter.service.conf import GUARD

PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), "0", "sleep", "60"])
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_killed_parent_takes_its_process_with_it() -> None:
    argv = [sys.executable, "-c", PARENT, str(GUARD)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        guarded = psutil.Process(int(parent.stdout.readline()))
        _until_it_is(guarded, "sleep")
        parent.kill()
    # The orphan has a new parent that may not have collected it: gone or dead are the same here.
    _, alive = psutil.wait_procs([guarded], timeout=60)
    assert all(each.status() == psutil.STATUS_ZOMBIE for each in alive)


def test_nothing_starts_for_a_parent_that_is_gone(tmp_path: Path) -> None:
    gone = 2**22 - 1
    answer = subprocess.run(
        [sys.executable, GUARD, str(gone), "0", "touch", str(tmp_path / "x")], check=False, timeout=10
    )
    assert answer.returncode == 1
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("parent", ["0", str(os.getpid())])
def test_the_program_gets_its_arguments_and_gives_its_exit_code(parent: str) -> None:
    argv = [sys.executable, str(GUARD), parent, "0", "sh", "-c", 'echo "$1"; exit 7', "sh", "a b"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (answer.returncode, answer.stdout) == (7, "a b\n")


@pytest.mark.parametrize(("nice", "found"), [("5", {"5"}), ("-10", {"-10", "0"})])
def test_the_program_runs_at_its_niceness_or_where_that_is_not_allowed_at_the_usual_one(
    nice: str, found: set[str]
) -> None:
    argv = [sys.executable, str(GUARD), "0", nice, "nice"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() in found


def _until_it_is(process: psutil.Process, name: str) -> None:
    """exec replaces Python by the program some milliseconds after the start."""
    for _ in range(1200):
        if process.name() == name:
            return
        psutil.wait_procs([process], timeout=0.05)
    raise AssertionError(f"{process} did not become {name}")
