"""Prompts are rendered once, recordings first, and what fails says so."""

import asyncio
import logging
import sys
from pathlib import Path

import msgspec
import pytest

from callcenter.calls.languages import Prompt
from callcenter.prompts import PromptLibrary, PromptMissing, PromptNotRendered, Settings, Tools
from callcenter.prompts.level import level_db, read_samples, write_samples
from tests.prompts.engines import Engines
from tests.prompts.test_level import tone

HELLO = Prompt("zh-CN", "您好。")
NAMED = Prompt("en", "Hello.", name="hello")


def wav(path: str) -> Path:
    return Path(path + ".wav")


async def test_a_rendered_prompt_is_an_absolute_path_without_extension(library: PromptLibrary) -> None:
    assert await library.render([HELLO]) == ()
    path = library.path(HELLO)
    assert Path(path).is_absolute()
    assert Path(path).suffix == ""
    assert wav(path).parent.name == "zh-CN"
    assert level_db(read_samples(wav(path))) == pytest.approx(-20, abs=0.1)


def test_a_missing_prompt_is_named(library: PromptLibrary) -> None:
    with pytest.raises(PromptMissing, match=r"hello \(en\) 'Hello\.' is not rendered"):
        library.path(NAMED)
    assert library.check([HELLO, NAMED, HELLO]) == (HELLO, NAMED)


async def test_what_is_there_is_not_rendered_again(library: PromptLibrary, engines: Engines) -> None:
    await library.render([HELLO, HELLO])
    await library.render([HELLO])
    await library.ready(HELLO)
    assert engines.said() == ["zh-CN 您好。"]
    assert library.check([HELLO]) == ()


async def test_many_who_want_the_same_prompt_at_once_share_one_rendering(
    library: PromptLibrary, engines: Engines
) -> None:
    paths = await asyncio.gather(*(library.ready(HELLO) for _ in range(20)), library.render([HELLO]))
    assert len(set(map(str, paths[:20]))) == 1
    assert engines.said() == ["zh-CN 您好。"]


async def test_one_who_no_longer_waits_does_not_stop_the_others(library: PromptLibrary, engines: Engines) -> None:
    impatient = asyncio.create_task(library.ready(HELLO))
    await asyncio.sleep(0)
    patient = asyncio.create_task(library.ready(HELLO))
    await asyncio.sleep(0)
    impatient.cancel()
    assert wav(await patient).exists()
    assert engines.said() == ["zh-CN 您好。"]


async def test_text_language_and_voice_make_different_files(
    library: PromptLibrary, tmp_path: Path, engines: Engines
) -> None:
    other_voice = Settings(command=(*engines.command, "--deeper"))
    other = PromptLibrary(tmp_path / "rendered", tmp_path / "recorded", engines.tools, other_voice)
    louder = PromptLibrary(
        tmp_path / "rendered", tmp_path / "recorded", engines.tools, engines.settings(level_db=-15)
    )
    paths = {
        await library.ready(HELLO),
        await library.ready(Prompt("zh-CN", "您好！")),
        await library.ready(Prompt("en", "您好。")),
        await other.ready(HELLO),
        await louder.ready(HELLO),
    }
    assert len(paths) == 5


async def test_a_recording_outweighs_the_voice_and_a_new_one_the_old(
    library: PromptLibrary, engines: Engines, tmp_path: Path
) -> None:
    spoken = await library.ready(NAMED)
    recording = tmp_path / "recorded/en/hello.wav"
    recording.parent.mkdir(parents=True)
    write_samples(recording, tone(700, 2.0))
    with pytest.raises(PromptMissing):
        library.path(NAMED)
    recorded = await library.ready(NAMED)
    assert len(read_samples(wav(recorded))) == 16_000
    assert level_db(read_samples(wav(recorded))) == pytest.approx(-20, abs=0.1)
    write_samples(recording, tone(700, 3.0))
    assert len({spoken, recorded, await library.ready(NAMED)}) == 3
    assert engines.said() == ["en Hello."]


async def test_a_name_cannot_lead_out_of_the_folder(library: PromptLibrary, engines: Engines, tmp_path: Path) -> None:
    (tmp_path / "recorded/en").mkdir(parents=True)
    write_samples(tmp_path / "outside.wav", tone(700))
    await library.ready(Prompt("en", "Hello.", name="../../outside"))
    assert engines.said() == ["en Hello."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail", r"failed \(1\): the engine has lost its voice"),
        ("nothing comes", "wrote no file"),
        ("silent", "it is silent"),
        (" \n- ", "there is nothing to say"),
    ],
)
async def test_a_failure_says_which_prompt_and_why(library: PromptLibrary, text: str, message: str) -> None:
    with pytest.raises(PromptNotRendered, match=message):
        await library.ready(Prompt("en", text))
    assert library.check([Prompt("en", text)])


async def test_failures_are_logged_and_keep_nobody_else_from_it(
    library: PromptLibrary, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.WARNING):
        failures = await library.render([Prompt("en", "fail"), HELLO])
    assert [failure.prompt.text for failure in failures] == ["fail"]
    assert "lost its voice" in failures[0].message
    assert "lost its voice" in caplog.text
    assert wav(library.path(HELLO)).exists()
    assert not list((tmp_path / "rendered").glob(".rendering-*"))


async def test_a_failed_prompt_is_tried_again(tmp_path: Path, engines: Engines) -> None:
    settings = Settings(command=(*engines.command[:-1], str(tmp_path / "no folder yet/log")))
    library = PromptLibrary(tmp_path / "rendered", tmp_path / "recorded", engines.tools, settings)
    assert await library.render([HELLO])
    (tmp_path / "no folder yet").mkdir()
    assert await library.render([HELLO]) == ()


async def test_an_engine_that_hangs_is_killed(tmp_path: Path, engines: Engines) -> None:
    library = PromptLibrary(tmp_path / "r", tmp_path / "recorded", engines.tools, engines.settings(timeout_s=1))
    with pytest.raises(PromptNotRendered, match="not done within 1 s"):
        await library.ready(Prompt("en", "hang"))


async def test_programs_that_are_not_there_are_named(tmp_path: Path) -> None:
    tools = Tools(sox=("/nonexistent/sox",), espeak=("/nonexistent/espeak",))
    library = PromptLibrary(tmp_path / "r", tmp_path / "recorded", tools)
    with pytest.raises(PromptNotRendered, match="cannot start /nonexistent/espeak"):
        await library.ready(HELLO)


async def test_without_any_voice_it_is_said_what_to_do(tmp_path: Path, engines: Engines) -> None:
    library = PromptLibrary(tmp_path / "r", tmp_path / "recorded", engines.tools)
    with pytest.raises(PromptNotRendered, match=r"install espeak-ng, set prompts\.command, or record it"):
        await library.ready(HELLO)


async def test_a_text_is_one_argument_whatever_is_in_it(library: PromptLibrary, engines: Engines) -> None:
    await library.ready(Prompt("en", "--help; $(id) {out} {language}\n\x00'x'"))
    assert engines.said() == ["en help; $(id) {out} {language}  'x'"]


async def test_a_command_without_text_gets_it_on_its_input(tmp_path: Path, engines: Engines) -> None:
    program = f"import sys; sys.argv[1:1] = [sys.stdin.read()]; exec(open({engines.command[1]!r}).read())"
    settings = Settings(command=(sys.executable, "-c", program, "{language}", "{out}", engines.command[-1]))
    library = PromptLibrary(tmp_path / "r", tmp_path / "recorded", engines.tools, settings)
    await library.ready(HELLO)
    assert engines.said() == ["zh-CN 您好。"]


async def test_two_libraries_on_one_folder_never_show_half_a_file(tmp_path: Path, engines: Engines) -> None:
    libraries = [
        PromptLibrary(tmp_path / "r", tmp_path / "recorded", engines.tools, engines.settings()) for _ in range(2)
    ]
    paths = await asyncio.gather(*(library.ready(HELLO) for library in libraries))
    assert len(set(paths)) == 1
    assert list((tmp_path / "r/zh-CN").iterdir()) == [wav(paths[0])]
    assert len(read_samples(wav(paths[0]))) == 4000


def test_settings_are_checked() -> None:
    with pytest.raises(msgspec.ValidationError, match="level_db"):
        msgspec.convert({"level_db": 3}, Settings)
    with pytest.raises(msgspec.ValidationError, match="voice"):
        msgspec.convert({"voice": "x"}, Settings)
