"""The voice and SoX of the private installation: audio a telephone can play."""

import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

from callcenter.calls.centre import Agent, Centre, Queue
from callcenter.calls.languages import Prompt, Text
from callcenter.ivr import spoken
from callcenter.ivr.pieces import PREFIX
from callcenter.ivr.repertoire import repertoire
from callcenter.prompts import PromptLibrary, Tools
from callcenter.prompts.level import level_db, read_samples
from tests.ivr.flows import demo
from tests.real_asterisk import installation

pytestmark = pytest.mark.real

CENTRE = Centre(
    agents=(Agent(id="8001", name="李雷"),),
    queues=(Queue(id="sales", name=Text(zh="产品咨询", en="Sales")),),
)


@pytest.fixture
def library(tmp_path: Path) -> PromptLibrary:
    installed = installation()
    tools = Tools(
        sox=tuple(installed.command("sox")),
        espeak=tuple(installed.command("espeak-ng")),
        environment=installed.environment,
    )
    return PromptLibrary(tmp_path / "rendered", tmp_path / "recorded", tools)


def _spoken_s(samples: "array[int]") -> float:
    return float(np.count_nonzero(np.abs(np.array(samples)) > 500)) / 8000


async def test_everything_the_demo_can_say_is_rendered(library: PromptLibrary) -> None:
    prompts = repertoire(CENTRE, [demo("hotline"), demo("survey"), demo("closed")])
    assert await library.render(prompts) == ()
    assert library.check(prompts) == ()
    for prompt in prompts:
        file = Path(library.path(prompt) + ".wav")
        with wave.open(str(file)) as audio:
            assert (audio.getframerate(), audio.getsampwidth(), audio.getnchannels()) == (8000, 2, 1), prompt
        samples = read_samples(file)
        assert level_db(samples) == pytest.approx(-20, abs=1.5), prompt
        assert _spoken_s(samples) > (0.05 if prompt.name.startswith(PREFIX) else 0.2), prompt
        assert max(samples) < 32767, prompt


async def test_chinese_and_english_are_spoken_differently(library: PromptLibrary) -> None:
    chinese, english = (Prompt(language, "工号 8001") for language in ("zh-CN", "en"))  # type: ignore[arg-type]
    both = [read_samples(Path(await library.ready(prompt) + ".wav")) for prompt in (chinese, english)]
    assert both[0] != both[1]


async def test_a_longer_text_takes_longer(library: PromptLibrary) -> None:
    """Each digit of a work number is heard: four take longer than two."""
    short, long = spoken.work_number("80", "zh-CN"), spoken.work_number("80018001", "zh-CN")
    lengths = [len(read_samples(Path(await library.ready(prompt) + ".wav"))) for prompt in (short, long)]
    assert lengths[1] > lengths[0] + 6 * 0.12 * 8000


async def test_a_stereo_studio_recording_becomes_telephone_audio(library: PromptLibrary, tmp_path: Path) -> None:
    """1 kHz on the left, 6 kHz on the right, at 44.1 kHz: what a telephone cannot carry is filtered, not folded."""
    seconds = np.arange(44_100) / 44_100
    channels = np.stack([np.sin(2 * np.pi * 1000 * seconds), np.sin(2 * np.pi * 6000 * seconds)], axis=1)
    recording = tmp_path / "recorded/zh-CN/hello.wav"
    recording.parent.mkdir(parents=True)
    with wave.open(str(recording), "wb") as audio:
        audio.setparams((2, 2, 44_100, 0, "NONE", ""))
        audio.writeframes((channels * 2000).astype("<i2").tobytes())
    path = await library.ready(Prompt("zh-CN", "您好。", name="hello"))
    samples = np.array(read_samples(Path(path + ".wav")))
    spectrum = np.abs(np.fft.rfft(samples[: 8000 // 2 * 2]))
    assert len(samples) == pytest.approx(8000, abs=10)
    assert abs(int(spectrum.argmax()) - 1000) <= 2
    assert spectrum[1990:2010].max() < spectrum.max() / 300  # 6 kHz would fold to 2 kHz
    assert level_db(array("h", samples.tolist())) == pytest.approx(-20, abs=0.5)
