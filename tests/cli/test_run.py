"""`callcenter run`: the whole system as processes, on free ports, with a data folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from callcenter.asterisk.installation import ensure_private
from callcenter.config import Config, load
from callcenter.service import conf, supervisord
from callcenter.service.health import waiting_for
from tests.real_asterisk import free_port

REPOSITORY = Path(__file__).parents[2]
PREFIX = REPOSITORY / "var/asterisk"
RTP = range(30_000, 30_100)
Run = subprocess.Popen[bytes]

pytestmark = pytest.mark.real


def until(true: Callable[[], bool], what: str, within_s: float = 90.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < give_up_at, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    ensure_private(PREFIX, print)
    folder = tmp_path_factory.mktemp("run")
    (folder / "var").mkdir()
    (folder / "var/asterisk").symlink_to(PREFIX)
    sip, http, ami, agi, web = (free_port() for _ in range(5))
    (folder / "config.yaml").write_text(
        f"demo: true\nweb:\n  port: {web}\nasterisk:\n  sip_port: {sip}\n  http_port: {http}\n  ami_port: {ami}\n"
        f"  agi_port: {agi}\n  rtp_first_port: {RTP.start}\n  rtp_last_port: {RTP.stop}\n"
    )
    return load(folder / "config.yaml")


def command(config: Config, *words: str) -> list[str]:
    return [sys.executable, "-m", "callcenter", "--config", str(config.file), *words]


def started(config: Config) -> Run:
    """Up, and its user was told so."""
    with (config.file.parent / "said").open("wb") as said:
        process = subprocess.Popen(command(config, "run"), stdout=said, stderr=said)
    until(lambda: "Ctrl-C stops it." in said_by(config) or process.poll() is not None, "all up", 120)
    assert process.poll() is None, said_by(config)
    return process


def said_by(config: Config) -> str:
    return (config.file.parent / "said").read_text(encoding="utf-8")


@pytest.fixture
def running(config: Config) -> Iterator[Run]:
    process = started(config)
    yield process
    process.terminate()
    process.wait(60)


def pids(config: Config) -> dict[str, int]:
    return {each.name: each.pid for each in supervisord.processes(conf.socket_file(config)) if each.runs}


def of_this_run(config: Config) -> list[psutil.Process]:
    """Every process that was started for this data folder, whoever its parent is now."""
    return [
        each
        for each in psutil.process_iter(["cmdline"])
        if any(str(config.data_dir) in word for word in each.info["cmdline"] or [])
    ]


def test_ctrl_c_stops_everything_and_says_so(config: Config) -> None:
    process = started(config)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    output = said_by(config)
    assert f"http://127.0.0.1:{config.web.port}" in output
    assert (config.data_dir / "demo-accounts.txt").read_text() in output
    assert output.endswith("Stopped.\n")
    assert of_this_run(config) == []


def test_a_second_start_says_that_it_runs_already_and_harms_nothing(config: Config, running: Run) -> None:
    before = pids(config)
    answer = subprocess.run(command(config, "run"), capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 3
    assert f"It runs already (pid {running.pid})" in answer.stderr
    assert pids(config) == before


def test_each_process_is_replaced_alone(config: Config, running: Run) -> None:
    for name in ("engine", "edge", "asterisk"):
        before = pids(config)
        os.kill(before[name], signal.SIGKILL)
        until(lambda name=name, old=before[name]: pids(config).get(name, old) != old, f"a new {name}")
        until(lambda: not waiting_for(config), f"all answers after {name}")
        after = pids(config)
        assert {each for each in after if after[each] != before[each]} == {name}


def test_status_tells_what_runs(config: Config, running: Run) -> None:
    answer = subprocess.run(
        command(config, "status", "--json"), capture_output=True, text=True, check=False, timeout=120
    )
    status = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert {name: each["state"] for name, each in status["processes"].items()} == dict.fromkeys(
        ("asterisk", "demo", "engine", "edge"), "RUNNING"
    )
    assert status["not_answering"] == []


def test_the_doctor_finds_nothing_bad_in_a_running_system(config: Config, running: Run) -> None:
    answer = subprocess.run(command(config, "doctor"), capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 0, answer.stdout
    assert "engine runs and answers" in answer.stdout


def test_stop_ends_it_from_another_terminal(config: Config) -> None:
    process = started(config)
    answer = subprocess.run(command(config, "stop"), capture_output=True, text=True, check=False, timeout=120)
    assert (answer.returncode, answer.stdout) == (0, "Stopped.\n")
    assert process.wait(60) == 0


@pytest.mark.parametrize("victim", ["run", "supervisord"])
def test_a_killed_parent_leaves_no_orphans(config: Config, victim: str) -> None:
    process = started(config)
    pid = process.pid if victim == "run" else int((config.run_dir / "supervisord.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    process.wait(60)
    until(lambda: of_this_run(config) == [], "no process left")


def test_a_taken_port_is_named_with_its_key(config: Config) -> None:
    with socket.create_server(("127.0.0.1", config.web.port)):
        answer = subprocess.run(command(config, "run"), capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 4
    assert f"{config.file}:3: web.port: tcp port {config.web.port} on 127.0.0.1 is taken by " in answer.stderr


def test_nothing_runs_and_that_is_said(config: Config) -> None:
    stopped = subprocess.run(command(config, "stop"), capture_output=True, text=True, check=False, timeout=120)
    status = subprocess.run(command(config, "status"), capture_output=True, text=True, check=False, timeout=120)
    assert (stopped.returncode, status.returncode) == (0, 3)
    assert "It does not run" in status.stdout
