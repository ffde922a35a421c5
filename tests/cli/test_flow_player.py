"""A flow at the terminal."""

from datetime import datetime

from callcenter.cli.flow_player import run_flow
from tests.ivr.flows import demo
from tests.ivr.working import BALANCE

MORNING = datetime(2026, 1, 5, 9, 0)


def played(flow, *typed: str, capsys) -> str:
    answers = iter(typed)
    assert run_flow(flow, {}, "en", "+8613800138000", MORNING, ask=lambda _: next(answers)) == 0
    return capsys.readouterr().out


def test_what_is_heard_is_written_out_and_keys_lead_on(capsys) -> None:
    out = played(demo("hotline"), "", "1", capsys=capsys)
    assert "♪ For sales, press 1." in out
    assert out.endswith("■ queue sales\n")


def test_q_hangs_up(capsys) -> None:
    assert "■" not in played(demo("hotline"), "", "q", capsys=capsys)


def test_what_comes_of_work_outside_is_asked_for(capsys) -> None:
    assert "♪ twelve\n" in played(BALANCE, "8800#", "1234#", '{"found": 12}', capsys=capsys)
    assert "♪ 抱歉\n" in played(BALANCE, "8800#", "1234#", "timeout", capsys=capsys)
