"""A recording that is paused has silence in it, and one that is begun in mid-talk has the rest of the talk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy
import pytest
import pytest_asyncio

from callcenter.asterisk.bridge import at_a_leg
from callcenter.calls import commands
from callcenter.recordings.conversion import convert
from callcenter.recordings.sides import join
from callcenter.robots.mulaw import tone
from tests.asterisk.gathering import AGENT, CUSTOMER, Talk, party_asterisk, talking, until_hears
from tests.asterisk.listening import Samples, as_floats, loudness, recorded, spoken, until_heard
from tests.hearing import of_wav, tone_s
from tests.real_asterisk import RunningAsterisk

pytestmark = pytest.mark.real

CARD = 1900  # Hz; said while the recording is paused


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[RunningAsterisk]:
    async with party_asterisk(tmp_path) as running:
        yield running


def loudest(samples: Samples, hz: int) -> float:
    """The greatest amplitude of the tone in any tenth of a second."""
    return max(loudness(samples[at : at + 800], hz) for at in range(0, len(samples) - 799, 400))


async def done(talk: Talk, order: commands.AnyCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asterisk has answered every action of the order."""
    answered: list[str] = []
    act = at_a_leg.AtALeg._act

    async def noted(self: at_a_leg.AtALeg, client: object, action: str, **fields: object) -> bool:
        found = await act(self, client, action, **fields)  # type: ignore[arg-type]
        answered.append(action if found else f"refused: {action}")
        return found

    monkeypatch.setattr(at_a_leg.AtALeg, "_act", noted)
    talk.do(order)
    last = "MixMonitor" if isinstance(order, commands.BeginRecording) else "MixMonitorMute"
    async with asyncio.timeout(20):
        while not answered or last not in answered[-1]:
            await asyncio.sleep(0.01)
    assert answered[-1] == last


async def test_what_is_said_while_paused_is_in_no_file(
    asterisk: RunningAsterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(asterisk) as talk:
        await both_spoken(talk, 1)
        await done(talk, commands.MuteRecording(channel=talk.customer, on=True), monkeypatch)
        talk.call.sound.play(tone(CARD), loop=True)
        talk.desk.sound.play(tone(CARD), loop=True)
        await until_hears_card(talk)
        await both_spoken(talk, 1)
        talk.call.sound.play(tone(CUSTOMER), loop=True)
        talk.desk.sound.play(tone(AGENT), loop=True)
        await until_hears(talk.call, {AGENT})
        await until_hears(talk.desk, {CUSTOMER})
        await done(talk, commands.MuteRecording(channel=talk.customer, on=False), monkeypatch)
        await both_spoken(talk, 1)
        await talk.call.hang_up()
    folder = asterisk.settings.raw_recordings_dir
    said, heard = await recorded(folder)
    for side, voice in ((said, CUSTOMER), (heard, AGENT)):
        assert loudest(side, CARD) < 0.01
        assert tone_s(side, voice) > 0.7
        pieces = [float(numpy.abs(side[at : at + 800]).max()) for at in range(0, len(side) - 799, 800)]
        assert sum(piece == 0 for piece in pieces) >= 4  # the pause is there, as silence
    join(folder, talk.customer)
    raw, wav = folder / f"{talk.customer}.raw", tmp_path / "one.wav"
    assert loudest(as_floats(raw.read_bytes())[::2], CARD) < 0.01
    convert(raw, wav, tmp_path / "workshop")
    for channel in (0, 1):
        assert loudest(of_wav(wav, channel), CARD) < 0.01


async def both_spoken(talk: Talk, seconds: float) -> None:
    await asyncio.gather(spoken(talk.call, seconds), spoken(talk.desk, seconds))


async def until_hears_card(talk: Talk) -> None:
    await until_heard(talk.desk, CARD)
    await until_heard(talk.call, CARD)


async def test_a_recording_begun_on_demand_has_the_rest_of_the_talk(
    asterisk: RunningAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(asterisk, recorded=False) as talk:
        folder = asterisk.settings.raw_recordings_dir
        await asyncio.sleep(0.5)
        assert not list(folder.iterdir())
        await done(talk, commands.BeginRecording(channel=talk.customer, interaction=talk.customer), monkeypatch)
        await both_spoken(talk, 1.5)
        await talk.call.hang_up()
        said, heard = await recorded(folder)
    assert {one.name for one in folder.iterdir()} == {f"{talk.customer}-{side}.raw" for side in ("caller", "agent")}
    assert tone_s(said, CUSTOMER) > 0.3
    assert tone_s(heard, AGENT) > 0.3
