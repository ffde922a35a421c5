"""Messages from supervisors to agents."""

import pytest

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.switchboard import show
from tests.switchboard.floor import Floor

DAY_S = 86_400


@pytest.fixture
def phone() -> Floor:
    phone = Floor()
    for agent in ("8001", "8002"):
        phone.sign_in(agent)
    return phone


def send(*to: str, text: str = "Bitte leise"):
    return rq.SendNotice(by="lee", by_name="Lee", to=to, text=text)


def notices(phone: Floor) -> dict:
    return phone.board.floor(0).notices


def test_a_notice_tells_who_has_read_it_also_when_everybody_has(phone):
    notice = phone.do(send("8001", "8002", "8001")).reply["notice"]
    assert notices(phone)[notice].to == ("8001", "8002")
    phone.do(rq.ReadNotice(agent="8001", notice=notice))
    assert notices(phone)[notice].read_by == ("8001",)
    turn = phone.do(rq.ReadNotice(agent="8002", notice=notice))
    assert notices(phone)[notice].read_by == ("8001", "8002")
    assert show.delta(turn, 1).notices == notices(phone)


def test_reading_twice_changes_nothing(phone):
    notice = phone.do(send("8001", "8002")).reply["notice"]
    for _ in range(2):
        phone.do(rq.ReadNotice(agent="8001", notice=notice))
    assert len(phone.all(ev.NoticeRead)) == 1


def test_a_notice_to_nobody_in_particular_goes_to_whoever_is_signed_in(phone):
    notice = phone.do(send()).reply["notice"]
    assert notices(phone)[notice].to == ("8001", "8002", "9001", "9002")


def test_notices_that_make_no_sense_are_refused(phone):
    phone.do(send("8001"))
    words = [
        phone.refused(request)
        for request in (
            send("7777"),
            send("8001", text="  "),
            rq.ReadNotice(agent="8002", notice="n1"),
            rq.ReadNotice(agent="8001", notice="n9"),
        )
    ]
    assert words == ["unknown_agent", "refused", "unknown_target", "unknown_target"]
    for agent in ("8001", "8002", "9001", "9002"):
        phone.do(rq.SignOut(agent=agent))
    assert phone.refused(send()) == "not_now"


def test_a_notice_is_kept_a_day_at_most_and_pages_are_told_when_it_goes(phone):
    old = phone.do(send("8001")).reply["notice"]
    phone.wait(DAY_S + 1)
    turn = phone.do(send("8002"))
    assert old not in notices(phone)
    assert show.delta(turn, 1).notices[old] is None


def test_at_most_five_hundred_are_kept(phone):
    for _ in range(510):
        phone.do(send("8001"))
    assert len(notices(phone)) == 500
    assert next(iter(notices(phone))) == "n11"
