"""The listener of tests: what it hears is what was played, whatever happens on the way."""

from __future__ import annotations

import time
from array import array

import numpy
import pytest

from callcenter.calls.languages import Prompt
from callcenter.robots.mulaw import encoded
from callcenter.robots.rtp import FRAME_SAMPLES, Sound
from tests.asterisk.listening import Samples
from tests.listener import Listener, Vocabulary, Voice

S = 8000


def noise(seed: int, seconds: float) -> Samples:
    return numpy.random.default_rng(seed).normal(0, 4000, int(seconds * S))


SAME = noise(9, 1.5)  # two of them begin alike
SPOKEN = {
    "welcome": noise(1, 2),
    "menu": noise(2, 3),
    "sales": numpy.concatenate((SAME, noise(3, 1))),
    "support": numpy.concatenate((SAME, numpy.zeros(S // 2), noise(4, 1))),
}
KNOWN = Vocabulary([Voice(Prompt("en", name), samples) for name, samples in SPOKEN.items()])
SILENCE = numpy.zeros(S // 2)


def heard(*sounds: Samples, lost: int = 0) -> Listener:
    """After these, one after the other, in packets; `lost` of them after the twentieth never came."""
    samples = numpy.concatenate(sounds)
    sound, began_at = Sound(), time.monotonic()
    listener = Listener(sound, KNOWN)
    for n, start in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        if not 20 < n <= 20 + lost:
            frame = array("h", samples[start : start + FRAME_SAMPLES].clip(-32000, 32000).astype(int).tolist())
            sound._heard.append((began_at + n * 0.02, encoded(frame)))
        if n % 5 == 0:
            listener.listen()
    listener.listen(last=True)
    for each in listener.heard:
        each.began_at, each.over_at = each.began_at - began_at, each.over_at - began_at
    return listener


def names(listener: Listener) -> list[str]:
    return [each.prompt.text + ("" if each.whole else "-") for each in listener.heard]


def test_prompts_are_heard_in_their_order_each_as_often_as_it_was_played() -> None:
    played = heard(SPOKEN["welcome"], SPOKEN["menu"], SILENCE, SPOKEN["menu"])
    assert names(played) == ["welcome", "menu", "menu"]
    assert [round(each.began_at, 1) for each in played.heard] == [0.0, 2.0, 5.5]
    assert [round(each.over_at, 1) for each in played.heard] == [2.0, 5.0, 8.5]
    assert not played.others


@pytest.mark.parametrize("cut", [77, 400, 700, 790])
def test_one_that_is_cut_off_is_told_apart_from_a_whole_one(cut: int) -> None:
    assert names(heard(SPOKEN["menu"][: S + cut], SPOKEN["menu"])) == ["menu-", "menu"]


def test_those_that_begin_alike_are_not_mixed_up() -> None:
    assert names(heard(SPOKEN["support"], SPOKEN["sales"])) == ["support", "sales"]


def test_packets_that_are_lost_do_not_make_another_prompt_of_it() -> None:
    assert names(heard(SPOKEN["menu"], SPOKEN["welcome"], lost=3)) == ["menu", "welcome"]


def test_other_sounds_are_no_prompts_and_are_counted() -> None:
    played = heard(noise(7, 2), SPOKEN["menu"], noise(8, 1))
    assert names(played) == ["menu"]
    assert [round(seconds) for _, seconds in played.others] == [2, 1]
