import random
from itertools import pairwise
from statistics import fmean

import pytest
from msgspec.structs import replace

from bench import live_floor, live_waits, readme
from bench.gaps import Gaps
from bench.live_sound import Heard
from bench.live_waits import Lived, planned, simulated
from bench.results import Result
from tests.bench.samples import measured


def heard(*packets: tuple[int, float], gaps: Gaps | None = None) -> Gaps:
    """One stream of (sequence, moment)."""
    gaps = gaps or Gaps(limit_s=0.06, settling_s=1.0)
    stream = gaps.begun(7, *packets[0])
    for sequence, at in packets[1:]:
        gaps.heard(stream, sequence, at)
    return gaps


# ---- gaps between packets


def test_packets_in_time_leave_no_gap() -> None:
    gaps = heard(*((n, n * 0.02) for n in range(100)))
    assert gaps.told() == (1, 100, 0, 20.0, 0)


def test_a_late_packet_is_a_gap_and_counts_when_it_is_over_the_limit() -> None:
    gaps = heard((1, 0.0), (2, 1.5), (3, 1.559), (4, 1.679))  # 59 and 120 ms
    assert (gaps.told()[3], gaps.over_limit) == (120.0, 1)


def test_what_happens_while_a_talk_begins_is_no_gap() -> None:
    assert heard((1, 0.0), (2, 0.9), (3, 1.5)).told() == (1, 3, 0, 0.0, 0)


def test_a_packet_that_was_lost_is_no_gap() -> None:
    assert heard((1, 0.0), (2, 2.0), (5, 2.1)).told() == (1, 3, 2, 0.0, 0)


def test_sequence_numbers_begin_anew_after_the_last() -> None:
    gaps = heard((0xFFFE, 0.0), (0xFFFF, 1.2), (0, 1.3))
    assert (gaps.lost, gaps.over_limit) == (0, 1)


def test_a_packet_that_was_overtaken_is_neither_lost_nor_a_gap() -> None:
    assert heard((1, 0.0), (2, 1.1), (4, 1.2), (3, 1.3)).told() == (1, 4, 1, 0.0, 0)


def test_what_was_measured_before_can_be_forgotten() -> None:
    gaps = heard((1, 0.0), (2, 2.0), (3, 3.0))
    gaps.forget()
    assert gaps.told() == (0, 0, 0, 0.0, 0)


# ---- live waits beside the simulator


def lived(
    entered_at: float, talked_s: float, waited_s: float = 0.0, told: tuple[float, float] | None = None
) -> Lived:
    return Lived(entered_at, waited_s, 0.0, talked_s, told)


def test_the_plan_is_the_same_for_a_seed_and_its_load_is_the_one_aimed_at() -> None:
    plan = planned(3000, random.Random(1))
    assert plan == planned(3000, random.Random(1))
    assert all(earlier.arrival_s < later.arrival_s for earlier, later in pairwise(plan))
    assert len({call.number for call in plan}) == len(plan)
    busy_s = sum(call.talk_s + live_waits.AROUND_S for call in plan)
    assert busy_s / plan[-1].arrival_s / live_waits.AGENTS == pytest.approx(live_waits.LOAD, abs=0.05)


def test_the_simulator_serves_the_calls_as_they_were() -> None:
    """Seven agents talk until 10, 11, … 16; the eighth and ninth caller get the first two of them."""
    calls = [lived(0.0, 10.0 + n) for n in range(7)] + [lived(4.0, 1.0), lived(5.0, 1.0)]
    assert simulated(calls) == [0.0] * 7 + [6.0, 6.0]


def test_the_mean_time_to_the_answer_is_added_for_all() -> None:
    """0.2 s for everybody: the agent is at the eighth caller's from 10.2 on, and is heard 0.2 s later."""
    calls = [Lived(0.0, 0.0, 0.1 if n % 2 else 0.3, 10.0) for n in range(7)]
    rang_s = fmean(call.rang_s for call in calls)
    calls.append(Lived(4.0, 0.0, rang_s, 1.0))
    assert simulated(calls) == pytest.approx([rang_s] * 7 + [6.0 + 2 * rang_s])


def test_the_figures_beside_the_means_say_how_far_apart_single_calls_are() -> None:
    calls = [lived(0.0, 2.0, waited_s=1.0, told=(0.5, 1.5)), lived(1.0, 2.0, waited_s=2.0, told=(3.0, 4.0))]
    more = live_waits._more(calls, [1.0, 2.5])
    assert (more["mean_difference_s"], more["largest_difference_s"]) == (-0.25, 0.5)
    assert (more["told"], more["told_and_held"]) == (2, 0.5)


# ---- what is told of a floor


def floor_result() -> Result:
    sound = Heard(streams=9, packets=100, lost=0, longest_ms=41.0, over_limit=0, slowest_ms=6.0)
    peer = live_floor.Floor([500.0], {"asterisk": 0.5}, sound)
    ours = live_floor.Floor([5.0], {"asterisk": 0.6, "engine": 0.15}, sound)
    more = live_floor._more(peer, ours, live_floor.Recordings(expected=9, kept=9, right_length=8))
    return replace(measured("live_floor", [5.0]), more=more)


def test_the_engines_share_is_that_of_asterisks_time() -> None:
    assert floor_result().more["engine_of_asterisk"] == 0.25


@pytest.mark.parametrize(
    ("language", "words"), [("en", "8 of 9 recordings"), ("zh-CN", "9 个录音中有 8 个")], ids=["en", "zh-CN"]
)
def test_the_table_tells_what_else_was_measured(language: str, words: str) -> None:
    assert words in readme.table([floor_result()], language)
    assert words not in readme.table([measured("live_floor", [5.0])], language)
