"""One running system per data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.service.run_lock import RunLock, RunsAlready

HOLD = """
import sys
from pathlib import Path
from callcenter.service.run_lock import RunLock
RunLock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_told_the_process_that_has_it(tmp_path: Path) -> None:
    first, second = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    first.take()
    with pytest.raises(RunsAlready) as refused:
        second.take()
    assert refused.value.pid == os.getpid()
    assert second.holder() == os.getpid()


def test_it_is_free_once_released(tmp_path: Path) -> None:
    first, second = RunLock(tmp_path / "lock"), RunLock(tmp_path / "lock")
    assert second.holder() is None
    first.take()
    first.release()
    assert second.holder() is None
    second.take()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert RunLock(tmp_path / "lock").holder() == other.pid
        other.kill()
        other.wait()
    RunLock(tmp_path / "lock").take()
