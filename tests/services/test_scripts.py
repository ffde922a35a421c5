"""Scripts of all kinds, good and bad, in real processes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from callcenter.calls.outside import Outcome
from callcenter.calls.work import ScriptRun
from callcenter.services import scripts
from callcenter.services.scripts import Scripts, names
from callcenter.services.settings import ScriptSettings


class Channel:
    """A caller's channel that answers everything, until `hang_up`."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.hung_up_by_script = False
        self.heard: list[str] = []
        self._gone = asyncio.Event()

    def environment(self, script: str, arguments: tuple[str, ...]) -> list[str]:
        return [f"agi_request: {script}", *(f"agi_arg_{n}: {each}" for n, each in enumerate(arguments, 1))]

    async def answer(self, line: str, left_s: float) -> str:
        self.heard.append(line)
        if line.startswith("SET VARIABLE "):
            _, _, name, value = line.split(" ", 3)
            self.variables[name] = value
        return "200 result=0"

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def hung_up(self) -> bool:
        return self._gone.is_set()

    async def until_hung_up(self) -> None:
        await self._gone.wait()


def shell(folder: Path, text: str, name: str = "script.sh") -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return name


async def run(folder: Path, channel: Channel | None = None, script: str = "script.sh", **work: Any) -> Outcome:
    settings = ScriptSettings(folder=folder, longest_s=120)
    return await Scripts(settings, folder).run(
        ScriptRun(script=script, **{"timeout_s": 60} | work), channel or Channel()
    )


async def test_a_script_is_told_of_the_call_speaks_agi_and_leaves_its_variables(tmp_path: Path):
    shell(
        tmp_path,
        'while read -r line && [ -n "$line" ]; do\n'
        '  case "$line" in "agi_arg_1: "*) arg=${line#agi_arg_1: };; esac\n'
        "done\n"
        'echo "SET VARIABLE FOUND $arg-$1"; read -r answer\n'
        'echo "SET VARIABLE HEARD ${answer}"; read -r answer',
    )
    channel = Channel()
    outcome = await run(tmp_path, channel, arguments=("one",), values={"found": "FOUND", "nothing": "NEVER"})
    assert outcome == Outcome(values={"found": "one-one"})
    assert channel.variables["HEARD"] == "200 result=0"


async def test_nothing_of_our_own_environment_reaches_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CALLCENTER_TOKEN", "s3cret")
    shell(tmp_path, f"env > {tmp_path}/seen")
    assert (await run(tmp_path)).ok
    assert "s3cret" not in (tmp_path / "seen").read_text()


async def test_a_script_stands_behind_what_is_heard(tmp_path: Path):
    shell(tmp_path, f'until [ "$(nice)" = {scripts.NICE} ]; do sleep 0.02; done')  # put there once it has begun
    assert (await run(tmp_path)).ok


async def test_an_error_is_told_by_its_status_and_its_kind_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    file = tmp_path / "fails.py"
    file.write_text("import sys\nsys.stderr.write('pin 4711\\n')\nraise KeyError('pin 4711')\n")
    assert await run(tmp_path, script="fails.py") == Outcome(trouble="failed", status=1)
    assert "KeyError" in caplog.text
    assert "4711" not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "sleep 600",
        "trap '' TERM HUP; while :; do sleep 1; done",
        "exec >&-; sleep 600",
        "cat > /dev/null; sleep 600 & wait",
    ],
)
async def test_a_script_that_does_not_end_is_ended_with_all_its_children(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
):
    spawn, groups = scripts._spawn, list[int]()

    async def seen(*of: Any) -> asyncio.subprocess.Process:
        process = await spawn(*of)
        groups.append(process.pid)
        return process

    monkeypatch.setattr(scripts, "_spawn", seen)
    shell(tmp_path, text)
    async with asyncio.timeout(60):
        assert (await run(tmp_path, timeout_s=0.5)).trouble == "timeout"
        with pytest.raises(ProcessLookupError):
            while True:
                os.killpg(groups[0], 0)
                await asyncio.sleep(0.02)  # the last of them is being buried


@pytest.mark.parametrize("text", ["yes NOOP", "head -c 1000000 /dev/zero"])
async def test_a_script_that_floods_us_is_ended(tmp_path: Path, text: str):
    shell(tmp_path, f"{text} | cat\n")
    assert (await run(tmp_path)).trouble == "too_large"


async def test_a_flood_of_complaints_is_swallowed(tmp_path: Path):
    shell(tmp_path, "head -c 3000000 /dev/zero >&2")
    assert (await run(tmp_path)).ok


async def test_memory_is_bounded(tmp_path: Path):
    (tmp_path / "eats.py").write_text("import time; time.sleep(0.3)\nx = bytearray(800 * 2**20)\n")
    assert await run(tmp_path, script="eats.py") == Outcome(trouble="failed", status=1)


async def test_a_caller_who_hangs_up_is_told_as_asterisk_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scripts, "GOODBYE_S", 60)
    shell(tmp_path, f"trap 'echo hung up > {tmp_path}/told; exit 3' HUP; echo NOOP; sleep 120 & wait")
    assert not (await hung_up(tmp_path)).ok
    assert (tmp_path / "told").read_text() == "hung up\n"


async def test_a_script_that_goes_on_after_the_caller_has_gone_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scripts, "GOODBYE_S", 0.5)
    shell(tmp_path, "trap '' HUP; echo NOOP; sleep 120")
    assert not (await hung_up(tmp_path)).ok


async def hung_up(folder: Path) -> Outcome:
    """How the script ends whose caller goes after its first command. TimeoutError long before its time is over."""
    channel = Channel()
    task = asyncio.create_task(run(folder, channel, timeout_s=120))
    while not channel.heard:
        await asyncio.sleep(0.01)
    channel.hang_up()
    return await asyncio.wait_for(task, 60)


async def test_only_files_of_the_folder_itself_are_scripts(tmp_path: Path):
    folder = tmp_path / "scripts"
    (folder / "sub").mkdir(parents=True)
    shell(tmp_path, "exit 0", "outside.sh")
    shell(folder, "exit 0", "inside.sh")
    (folder / "link.sh").symlink_to(tmp_path / "outside.sh")
    (folder / "plain.txt").write_text("no program")
    assert (await run(folder, script="inside.sh")).ok
    for name in ("../outside.sh", "link.sh", "sub", "plain.txt", "none.sh", "", ".", "/bin/true", "inside.sh\n"):
        assert (await run(folder, script=name)).trouble == "failed", name
    assert "inside.sh" in names(folder)
    assert not names(tmp_path / "nowhere")


async def test_no_more_than_so_many_run_at_once(tmp_path: Path):
    shell(tmp_path, "echo NOOP; sleep 60")
    limited, channel = Scripts(ScriptSettings(folder=tmp_path, most_at_once=1), tmp_path), Channel()
    first = asyncio.create_task(limited.run(ScriptRun(script="script.sh"), channel))
    while not channel.heard:
        await asyncio.sleep(0.01)
    assert (await limited.run(ScriptRun(script="script.sh"), Channel())).trouble == "busy"
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await limited.stop()
    assert limited.running == 0
