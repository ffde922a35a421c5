"""Conference rooms of the centre: who comes in, who is asked to be quiet, and who was there after an outage."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.floor import Floor
from tests.switchboard.several import NUMBER, SHOWN


@pytest.fixture
def phone() -> Floor:
    phone = Floor()
    for agent in ("8001", "8002"):
        phone.sign_in(agent)
    return phone


def enters(phone: Floor, member: str = "8001", room: str = "team", outside: bool = False, channel: str = "") -> str:
    channel = channel or f"in-{room}-{member}"
    phone.report(sg.RoomEntered, room=room, channel=channel, member=member, outside=outside)
    return channel


def leaves(phone: Floor, channel: str, room: str = "team") -> None:
    phone.report(sg.RoomExited, room=room, channel=channel)


def join(agent: str = "8001", room: str = "team"):
    return rq.JoinRoom(agent=agent, room=room)


def invite(number: str = NUMBER, as_number: str = SHOWN):
    return rq.InviteToRoom(by="lee", room="team", number=number, as_number=as_number)


# ---- coming in


def test_an_agents_phone_is_rung_and_led_into_the_room_without_offers_meanwhile(phone):
    phone.do(join())
    ring = phone.last(cm.RingAgent)
    assert (ring.agent, ring.into, ring.room, ring.interaction) == ("8001", "conference", "team", "room-team")
    assert ring.auto_answer
    phone.queue_up()
    assert phone.view().offer.agent == "8002"
    enters(phone)
    phone.queue_up("c2")
    assert phone.view("c2").offer is None
    assert (phone.agent().state, phone.agent().room) == ("other_call", "team")
    assert [member.member for member in phone.room().members] == ["8001"]


def test_whoever_leaves_is_free_again_at_once(phone):
    channel = enters(phone)
    phone.sign_in("8002", ready=False)
    phone.do(rq.Pause(agent="8002"))
    phone.queue_up()
    phone.wait(5)
    assert phone.view().offer is None
    leaves(phone, channel)
    assert phone.view().offer.agent == "8001"
    assert (phone.last(ev.RoomLeft).member, phone.last(ev.RoomLeft).in_room_s) == ("8001", 5)


def test_a_phone_rung_in_vain_for_a_room_is_free_again(phone):
    phone.do(rq.Pause(agent="8002"))
    phone.do(join())
    phone.queue_up()
    phone.report(sg.AgentRung, interaction="room-team", agent="8001", result="no_answer")
    assert phone.view().offer.agent == "8001"


def test_ringing_for_a_room_that_is_never_reported_on_ends_by_itself(phone):
    phone.do(rq.Pause(agent="8002"))
    phone.do(join())
    phone.queue_up()
    phone.wait(41)
    assert phone.view().offer.agent == "8001"


def test_a_room_takes_as_many_as_it_may_counting_those_who_are_being_rung(phone):
    enters(phone, "8003")
    channel = phone.do(invite()).reply["channel"]
    phone.do(join("8001"))
    assert phone.refused(join("8002")) == "room_full"
    phone.report(sg.OutsideCalled, interaction="room-team", channel=channel, result="busy")
    phone.do(join("8002"))


def test_somebody_from_outside_is_called_into_the_room(phone):
    channel = phone.do(invite("013900139000")).reply["channel"]
    call = phone.last(cm.CallOutside)
    assert (call.number, call.trunk, call.as_number, call.room, call.channel) == (
        NUMBER,
        "two",
        SHOWN,
        "team",
        channel,
    )
    enters(phone, NUMBER, outside=True, channel=channel)
    assert phone.room().members[0].outside


def test_what_makes_no_sense_is_refused(phone):
    phone.do(rq.Pause(agent="8001"))
    phone.do(rq.Pause(agent="8002"))
    phone.talking("8003")
    words = [
        phone.refused(request)
        for request in (
            join(room="attic"),
            join("7777"),
            join("8003"),
            join("8004"),
            invite("+15550100000"),
            rq.MuteMember(by="lee", room="team", channel="x", on=True),
            rq.KickMember(by="lee", room="attic", channel="x"),
            rq.LockRoom(by="lee", room="team", on=True),
        )
    ]
    assert words == [
        "unknown_room",
        "unknown_agent",
        "not_now",
        "phone_not_reachable",
        "number_not_allowed",
        "unknown_target",
        "unknown_room",
        "not_now",
    ]
    phone.do(join())
    assert phone.refused(join()) == "not_now"
    enters(phone)
    assert phone.refused(join()) == "not_now"


# ---- inside


def test_a_member_is_muted_by_name_of_who_asked_when_the_telephone_says_so(phone):
    channel = enters(phone)
    phone.do(rq.MuteMember(by="lee", room="team", channel=channel, on=True))
    command = phone.last(cm.RunRoom)
    assert (command.room, command.do, command.channel) == ("team", "mute", channel)
    assert not phone.room().members[0].muted
    phone.report(sg.RoomMemberMuted, room="team", channel=channel, muted=True)
    assert phone.room().members[0].muted
    assert phone.last(ev.RoomMuted).by == "lee"
    assert phone.refused(rq.MuteMember(by="lee", room="team", channel=channel, on=True)) == "not_now"


def test_a_locked_room_lets_nobody_in_until_the_last_has_left(phone):
    channel = enters(phone)
    phone.do(rq.LockRoom(by="lee", room="team", on=True))
    phone.report(sg.RoomLockChanged, room="team", locked=True)
    assert phone.room().locked
    assert phone.refused(join("8002")) == "not_now"
    leaves(phone, channel)
    assert not phone.room().locked
    phone.do(join("8002"))


def test_a_member_is_put_out(phone):
    channel = enters(phone)
    phone.do(rq.KickMember(by="lee", room="team", channel=channel))
    assert phone.last(cm.RunRoom).do == "kick"
    leaves(phone, channel)
    assert phone.refused(rq.KickMember(by="lee", room="team", channel=channel)) == "unknown_target"


# ---- outages


def restarted(phone: Floor) -> Floor:
    state = msgspec.json.decode(msgspec.json.encode(phone.board.state), type=type(phone.board.state))
    again = Floor(state=state, now=phone.now + 3)
    again._keep(again.board.start("cc1", again.now))
    again.report(sg.AsteriskSnapshot, reachable=(("8001", "web"), ("8002", "web")))
    return again


def test_members_survive_a_restart_and_whoever_left_meanwhile_is_not_told_again(phone):
    stays = enters(phone)
    enters(phone, "8002")
    again = restarted(phone)
    enters(again)
    assert len(again.room().members) == 2
    again.wait(5)
    assert [member.channel for member in again.room().members] == [stays]
    assert again.agent("8002").state == "ready"
    assert not again.all(ev.RoomJoined)


def test_whoever_left_unheard_is_found_by_the_counts(phone):
    stays, gone = enters(phone), enters(phone, "8002")
    for _ in range(2):
        assert len(phone.room().members) == 2
        phone.report(sg.Census, channels=(stays,))
        phone.wait(60)
    assert [member.channel for member in phone.room().members] == [stays]
    assert phone.agent("8002").state == "ready"
    assert phone.last(ev.MismatchFound).detail == gone


def test_a_room_the_centre_no_longer_has_is_shown_while_somebody_is_in_it(phone):
    channel = enters(phone)
    phone.apply(msgspec.structs.replace(phone.board.state.centre, rooms=()))
    assert [member.member for member in phone.room().members] == ["8001"]
    leaves(phone, channel)
    assert "team" not in phone.board.floor(0).rooms
