"""Music classes: what becomes of the files, and what a waiting caller hears, by its tone."""

from __future__ import annotations

import asyncio
import math
import shutil
import subprocess
import time
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.asterisk import calm, music
from callcenter.asterisk.configuration import write_configuration
from callcenter.asterisk.music_conversion import LEVEL_DB
from callcenter.asterisk.settings import Settings
from callcenter.calls import signals
from callcenter.calls.centre import Centre
from callcenter.robots.call import Call
from tests.asterisk import listening
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import as_floats, hears, loudness, write_tone
from tests.asterisk.scene import calling, offer, ready_phone
from tests.hearing import of_wav
from tests.real_asterisk import RunningAsterisk, ami, free_settings, installation, running_asterisk

pytestmark = pytest.mark.real

JAZZ_HZ, ROCK_HZ = 500, 900


def add(settings: Settings, name: str, hz: int, seconds: int = 4) -> Path:
    """A file of music that is a tone."""
    folder = settings.music_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    return Path(write_tone(folder / f"tone{hz}", hz, seconds) + ".wav")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return free_settings(tmp_path)


# ---- the files


def test_there_is_a_second_class_without_any_file_of_ones_own(settings: Settings) -> None:
    assert music.classes(settings) == {"default"}
    found = music.prepare(settings, installation())
    assert (found.classes, found.problems) == (("calm", "default"), ())
    assert music.classes(settings) == {"calm", "default"}


def test_calm_goes_round_without_a_click_and_is_as_loud_as_other_music() -> None:
    samples = as_floats(calm.sound().tobytes())
    steps = abs(samples[1:] - samples[:-1])
    assert abs(samples[0] - samples[-1]) <= steps.max()
    assert len(samples) % 160 == 0, "whole packets: no gap where it begins anew"
    assert 20 * math.log10((samples**2).mean() ** 0.5 / 32767) == pytest.approx(LEVEL_DB, abs=0.3)
    assert abs(samples).max() < 32767 / 2


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg"])
def test_any_common_format_becomes_a_telephones(settings: Settings, kind: str) -> None:
    tone = add(settings, "jazz", JAZZ_HZ)
    place = installation()
    if kind != "wav":
        other = tone.with_name(f"ein Lied – 歌 [1].{kind}")
        argv = place.command("sox", str(tone), "-r", "44100", "-c", "2", str(other))
        subprocess.run(argv, check=True, env=dict(place.environment))
        tone.unlink()
    found = music.prepare(settings, place)
    assert found.problems == ()
    (file,) = (settings.converted_music_dir / name for name in music._index(settings)["jazz"])
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
    heard = of_wav(file)
    assert loudness(heard, JAZZ_HZ) > 0.05
    assert 20 * math.log10((heard**2).mean() ** 0.5 / 32767) == pytest.approx(LEVEL_DB, abs=0.5)


def test_a_file_that_is_no_audio_is_named_and_its_class_left_out(settings: Settings) -> None:
    add(settings, "jazz", JAZZ_HZ)
    bad = add(settings, "rock", ROCK_HZ).with_name("broken.mp3")
    bad.write_bytes(b"this is not music" * 100)
    found = music.prepare(settings, installation())
    assert found.classes == ("calm", "default", "jazz")
    (problem,) = found.problems
    assert str(bad) in problem
    assert "'rock' is left out" in problem


@pytest.mark.parametrize("samples", [b"", b"\0\0" * 8000])
def test_a_file_without_sound_is_named(settings: Settings, samples: bytes) -> None:
    silent = add(settings, "jazz", JAZZ_HZ).with_name("silent.wav")
    with wave.open(str(silent), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(samples)
    found = music.prepare(settings, installation())
    assert "jazz" not in found.classes
    assert str(silent) in found.problems[0]


def test_names_and_files_that_cannot_be_are_said(settings: Settings) -> None:
    add(settings, "Jazz & more", JAZZ_HZ)
    (settings.music_dir / "empty").mkdir()
    add(settings, "rock", ROCK_HZ).with_name("cover.jpg").write_bytes(b"jpg")
    (settings.music_dir / "rock/list.m3u").write_text("/etc/passwd")
    found = music.prepare(settings, installation())
    assert found.classes == ("calm", "default", "rock")
    assert len(found.problems) == 4
    assert "Jazz & more: cannot be the name of a class; allowed: a-z" in found.problems[0]
    assert "empty: has no audio in it" in found.problems[1]
    assert "cover.jpg: is not played; files may be aac, aif" in found.problems[2]
    assert "list.m3u: is not played" in found.problems[3]


def test_without_a_converter_only_the_classes_of_files_are_left_out(settings: Settings) -> None:
    add(settings, "jazz", JAZZ_HZ)
    without = replace(installation(), programs={})
    found = music.prepare(settings, without)
    assert found.classes == ("calm", "default")
    assert "no program 'sox'" in found.problems[0]


def test_what_has_not_changed_is_not_converted_again(settings: Settings) -> None:
    jazz = add(settings, "jazz", JAZZ_HZ)
    assert music.prepare(settings, installation()).converted == 2
    assert music.prepare(settings, installation()).converted == 0
    write_tone(jazz.with_suffix(""), ROCK_HZ, 2)
    assert music.prepare(settings, installation()).converted == 1


def test_what_asterisk_may_still_play_is_removed_a_round_later(settings: Settings) -> None:
    jazz = add(settings, "jazz", JAZZ_HZ)
    music.prepare(settings, installation())
    shutil.rmtree(jazz.parent)
    counts = []
    for _ in range(2):
        music.prepare(settings, installation())
        counts.append(len(list(settings.converted_music_dir.glob("*.wav"))))
    assert counts == [2, 1]
    assert music.classes(settings) == {"calm", "default"}


def test_a_folder_called_default_takes_the_place_of_the_music_that_came_with_asterisk(settings: Settings) -> None:
    shipped = installation().data_dir / "moh"
    assert f"[default]\nmode = files\ndirectory = {shipped}" in music.sections(settings, shipped)
    add(settings, "default", JAZZ_HZ)
    music.prepare(settings, installation())
    written = music.sections(settings, shipped)
    assert written.count("[default]\nmode = playlist\nentry = ") == 1
    assert str(shipped) not in written


def test_an_index_that_somebody_wrote_to_reaches_no_file_of_asterisk(settings: Settings) -> None:
    music.prepare(settings, installation())
    index = settings.converted_music_dir / music.INDEX
    index.write_text('{"jazz": ["../../../etc/passwd.wav"], "evil]\\n[x": ["a.wav"]}')
    assert music.classes(settings) == {"default"}
    assert "passwd" not in music.sections(settings, Path("/moh"))
    index.write_text("[1]")
    assert music.classes(settings) == {"default"}


# ---- what callers hear


async def until_music(call: Call, hz: int, since: float = 0.0) -> None:
    """The tone of a piece of music, which is softer than people and prompts."""
    async with asyncio.timeout(20):
        while not hears(call, hz, since, piece_s=0.4, level=0.04):
            await asyncio.sleep(0.05)


def plays(core: PlayedCore, name: str) -> None:
    """The core sends new callers to the waiting room with this music."""
    core.says[signals.FlowWanted] = lambda asked: core.leave(
        asked, "wait", queue="sales", queued_at=time.time(), music=name
    )


async def test_each_queue_has_its_own_music(tmp_path: Path, centre: Centre, settings: Settings) -> None:
    add(settings, "jazz", JAZZ_HZ)
    add(settings, "rock", ROCK_HZ)
    music.prepare(settings, installation())
    async with running_asterisk(tmp_path, centre, settings) as asterisk, played_core(asterisk) as core:
        plays(core, "jazz")
        async with calling(asterisk) as first:
            await until_music(first, JAZZ_HZ)
            plays(core, "rock")
            async with calling(asterisk) as second:
                await until_music(second, ROCK_HZ)
                await core.until(signals.Beat, times=4)
                assert not hears(second, JAZZ_HZ, level=0.02)
            assert not hears(first, ROCK_HZ, level=0.02)


async def test_the_music_stays_while_the_agents_phone_rings(
    tmp_path: Path, centre: Centre, settings: Settings
) -> None:
    add(settings, "jazz", JAZZ_HZ)
    music.prepare(settings, installation())
    async with (
        running_asterisk(tmp_path, centre, settings) as asterisk,
        ready_phone(asterisk) as agent,
        ami(asterisk.settings, "actions") as actions,
        played_core(asterisk) as core,
    ):
        plays(core, "jazz")
        async with calling(asterisk) as call:
            await offer(actions, (await core.until(signals.Beat)).channel)
            await agent.incoming(20)
            await until_music(call, JAZZ_HZ, since=time.monotonic() + 0.3)


async def test_calm_is_heard_without_a_gap_where_it_begins_anew(
    tmp_path: Path, centre: Centre, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calm, "CHORDS", calm.CHORDS[:1])  # six seconds instead of 48
    music.prepare(settings, installation())
    async with running_asterisk(tmp_path, centre, settings) as asterisk, played_core(asterisk) as core:
        plays(core, "calm")
        async with calling(asterisk) as call:
            await listening.until_music(call)
            call.sound.forget()
            async with asyncio.timeout(30):
                while len(heard := as_floats(call.sound.heard())) < 8 * 8000:
                    await asyncio.sleep(0.1)
    pieces = [heard[n : n + 400] for n in range(0, len(heard) - 399, 400)]
    assert min(abs(piece).max() for piece in pieces) > 300, "never silent for 50 ms"


async def test_a_class_nobody_knows_is_no_silence(asterisk: RunningAsterisk) -> None:
    async with played_core(asterisk) as core:
        plays(core, "vanished")
        async with calling(asterisk) as call:
            await core.until(signals.Beat)
            await listening.until_music(call)


async def test_a_new_class_comes_into_force_without_cutting_the_music_of_those_who_wait(
    tmp_path: Path, centre: Centre, settings: Settings
) -> None:
    add(settings, "jazz", JAZZ_HZ)
    music.prepare(settings, installation())
    async with running_asterisk(tmp_path, centre, settings) as asterisk, played_core(asterisk) as core:
        plays(core, "jazz")
        async with calling(asterisk) as first:
            await until_music(first, JAZZ_HZ)
            add(settings, "rock", ROCK_HZ)
            music.prepare(settings, installation())
            written = write_configuration(settings, centre, asterisk.passwords, asterisk.installation)
            assert (written.reload, written.restart) == (("res_musiconhold.so",), False)
            await core.bridge.reload("res_musiconhold.so")
            reloaded_at = time.monotonic()
            plays(core, "rock")
            async with calling(asterisk) as second:
                await until_music(second, ROCK_HZ)
            await core.until(signals.Beat, times=4)
            heard = as_floats(first.sound.heard(since=reloaded_at))
    pieces = [heard[n : n + 800] for n in range(0, len(heard) - 799, 800)]
    assert sum(loudness(piece, JAZZ_HZ) < 0.02 for piece in pieces) <= 1


@pytest.mark.parametrize("name", ["a,b", "Calm", "../calm", "x" * 40, "calm\n"])
async def test_a_class_with_a_strange_name_does_not_reach_asterisk(asterisk: RunningAsterisk, name: str) -> None:
    refused: list[str] = []
    async with played_core(asterisk) as core:

        def ask_for(asked: signals.FlowWanted) -> None:
            with pytest.raises(ValueError, match=r"^music is") as refusal:
                core.leave(asked, "wait", music=name)
            refused.append(str(refusal.value))
            core.leave(asked, "hangup")

        core.says[signals.FlowWanted] = ask_for
        async with calling(asterisk) as call:
            await call.ended(15)
    assert "allowed: [a-z]" in refused[0]
