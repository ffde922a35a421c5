"""Prompts are rendered once, recordings first, and what fails says so."""

import asyncio
import dataclasses
import logging
import os
import sys
from pathlib import Path

import msgspec
import pytest

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.pieces import RESTS_MS, composed, piece
from callcenter.prompts import PromptLibrary, PromptMissing, PromptNotRendered, Settings, Tools
from callcenter.prompts.level import level_db, read_samples, write_samples
from callcenter.prompts.recordings import InForce, put_in_force
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
    with pytest.raises(PromptNotRendered, match=r"install espeak-ng, set prompts\.command or prompts\.http"):
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


# ---- recordings in force, and what is put together from pieces


def record(tmp_path: Path, *entries: InForce) -> None:
    """The sound of each is as long as its text."""
    folder = tmp_path / "rendered/recordings"
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        write_samples(folder / entry.file, tone(700, 0.1 * len(entry.text)))
    put_in_force(folder, entries)


def recording(text: str, prompt: str = "hotline-welcome", language: Language = "zh-CN") -> InForce:
    return InForce(language=language, prompt=prompt, text=text, file=f"{prompt}{len(text)}.wav")


async def test_a_recording_is_in_force_for_the_next_play_and_ends_with_its_text(
    library: PromptLibrary, engines: Engines, tmp_path: Path
) -> None:
    spoken = await library.ready(HELLO)
    record(tmp_path, recording("您好！"))  # another mark behind it sounds the same
    assert Path(await library.ready(HELLO)).name == "hotline-welcome3"
    assert library.is_recorded(HELLO)
    assert not library.is_recorded(Prompt("zh-CN", "您们好。"))
    record(tmp_path)
    assert await library.ready(HELLO) == spoken
    assert engines.said() == ["zh-CN 您好。"]


async def test_a_name_comes_before_a_text_but_only_with_its_own_text(library: PromptLibrary, tmp_path: Path) -> None:
    record(tmp_path, recording("Hello.", "hello", "en"), recording("Hello", "hotline-hi", "en"))
    assert Path(await library.ready(NAMED)).name == "hello6"
    assert Path(await library.ready(Prompt("en", "hello"))).name == "hotline-hi5"
    assert not library.is_recorded(Prompt("en", "Hello, world.", name="hello"))


async def test_a_damaged_list_is_said_and_the_voice_speaks(
    library: PromptLibrary, engines: Engines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "rendered/recordings").mkdir(parents=True)
    (tmp_path / "rendered/recordings/recordings.json").write_text("{")
    await library.ready(HELLO)
    assert engines.said() == ["zh-CN 您好。"]
    assert "recordings.json" in caplog.text


async def test_a_value_is_put_together_at_once_with_its_rests(library: PromptLibrary, engines: Engines) -> None:
    said = composed(["n3", ",", "yi"], "zh-CN")
    path = await library.at_once(said)
    parts = [len(read_samples(wav(await library.ready(piece(id_, "zh-CN"))))) for id_ in ("n3", "yi")]
    assert len(read_samples(wav(path))) == sum(parts) + RESTS_MS[","] * 8
    assert sorted(engines.said()) == ["zh-CN 三", "zh-CN 亿"]  # both at once
    assert await library.at_once(said) == library.path(said) == path


async def test_what_is_spoken_as_a_whole_is_not_put_together_unless_people_spoke_the_pieces(
    library: PromptLibrary, engines: Engines, tmp_path: Path
) -> None:
    said = composed(["n3", "yi"], "zh-CN")
    await library.render([said])
    assert await library.at_once(said) == library.path(said)
    record(tmp_path, recording("三", "say_n3"))
    assert await library.at_once(said) == library.path(said)
    record(tmp_path, recording("三", "say_n3"), recording("亿", "say_yi"))
    assert library.is_recorded(said)
    assert len(read_samples(wav(await library.at_once(said)))) == 1600
    assert engines.said() == ["zh-CN 三亿"]


async def test_old_compositions_are_removed(library: PromptLibrary, tmp_path: Path) -> None:
    old = tmp_path / "rendered/composed/en/old.wav"
    old.parent.mkdir(parents=True)
    write_samples(old, tone(700))
    os.utime(old, (1, 1))
    fresh = await library.at_once(composed(["n3"], "en"))
    assert not old.exists()
    assert wav(fresh).exists()


async def test_a_caller_waits_a_bounded_time_and_then_hears_the_other_voice(
    tmp_path: Path, engines: Engines, caplog: pytest.LogCaptureFixture
) -> None:
    speaker = engines.command[:2]
    espeak = (*speaker, "other", "-", "{out}", engines.command[-1])
    slow = msgspec.structs.replace(engines.settings(), call_wait_s=0.2, tries=1, timeout_s=10)
    library = PromptLibrary(
        tmp_path / "r", tmp_path / "recorded", dataclasses.replace(engines.tools, espeak=espeak), slow
    )
    path = await library.at_once(Prompt("en", "hang on"))
    assert len(read_samples(wav(path))) == 4000
    assert "espeak-ng says it now" in caplog.text
    silent = PromptLibrary(tmp_path / "q", tmp_path / "recorded", engines.tools, slow)
    with pytest.raises(PromptNotRendered, match=r"not (spoken|done) "):
        await silent.at_once(Prompt("en", "hang on"))


async def test_a_named_prompt_that_is_not_recorded_is_said_once(
    library: PromptLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await library.at_once(NAMED)
    assert [record.message for record in caplog.records if "not recorded" in record.message] == [
        "hello (en) 'Hello.' is not recorded: a synthetic voice speaks it"
    ]
