"""What of a call is recorded: by rule, on demand, and with pauses."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import RecordingPolicy, RecordingRule
from callcenter.calls.languages import Text
from tests.switchboard.floor import Floor


def floor(*rules: RecordingRule, **policy) -> Floor:
    found = Floor()
    centre = msgspec.structs.replace(
        found.board.state.centre, recording=RecordingPolicy(rules=rules, pause_most_s=60, **policy)
    )
    version = found.board.state.centre_version + 1
    found.do(rq.ApplyCentre(version=version, centre=centre))
    return found


def mutes(phone: Floor) -> list[bool]:
    return [one.on for one in phone.ordered(cm.MuteRecording)]


def pause(phone: Floor, agent: str = "8001", by: str = "") -> None:
    phone.do(rq.PauseRecording(agent=agent, interaction="c1", by=by))


def resume(phone: Floor) -> None:
    phone.do(rq.ResumeRecording(agent="8001", interaction="c1"))


def test_what_was_decided_is_in_the_ledger_with_its_rule() -> None:
    phone = floor(RecordingRule(queue="sales", keep="never")).talking()
    decided = phone.last(ev.RecordingDecided)
    assert (decided.agent, decided.record, decided.keep, decided.rule) == ("8001", True, "always", 0)
    assert phone.view().recording == "on"
    assert phone.ordered(cm.StartOffer)[0].recorded


def test_who_must_not_be_recorded_is_not() -> None:
    phone = floor(RecordingRule(agent="8001", keep="never")).talking()
    assert not phone.ordered(cm.StartOffer)[0].recorded
    assert phone.last(ev.RecordingDecided).rule == 1
    assert not phone.all(ev.RecordingExpected)
    assert phone.view().recording == ""
    with pytest.raises(rq.NotNow):
        phone.do(rq.StartRecording(agent="8001", interaction="c1"))


def test_the_agent_begins_a_recording_on_demand_once() -> None:
    phone = floor(RecordingRule(keep="on_demand")).talking()
    assert phone.view().recording == "on_demand"
    phone.do(rq.StartRecording(agent="8001", interaction="c1"))
    begun = phone.last(cm.BeginRecording)
    assert (begun.interaction, phone.last(ev.RecordingExpected).by) == ("c1", "8001")
    assert phone.view().recording == "on"
    with pytest.raises(rq.NotNow):
        phone.do(rq.StartRecording(agent="8001", interaction="c1"))


def test_a_pause_is_silence_until_it_is_resumed() -> None:
    phone = floor().talking()
    pause(phone)
    assert (phone.view().recording, phone.view().pause_until) == ("paused", phone.now + 60)
    phone.wait(20)
    resume(phone)
    assert mutes(phone) == [True, False]
    assert (phone.view().recording, phone.view().pause_until) == ("on", 0)
    assert [one.by for one in (phone.last(ev.RecordingPaused), phone.last(ev.RecordingResumed))] == ["8001", "8001"]


def test_a_forgotten_pause_ends_by_itself_counted_from_the_last_time_asked() -> None:
    phone = floor().talking()
    pause(phone)
    phone.wait(40)
    pause(phone)
    phone.wait(40)
    assert phone.view().recording == "paused"
    phone.wait(21)
    assert phone.view().recording == "on"
    assert phone.last(ev.RecordingResumed).by == "limit"


def test_the_end_of_the_talk_ends_the_pause_for_who_comes_next() -> None:
    phone = floor().talking()
    pause(phone)
    phone.caller_hangs_up()
    assert phone.last(ev.RecordingResumed).by == "end"
    assert mutes(phone) == [True, False]


def test_somebody_in_charge_pauses_anybodys_but_an_agent_only_the_own() -> None:
    phone = floor().talking()
    pause(phone, agent="", by="chief")
    assert phone.last(ev.RecordingPaused).by == "chief"
    with pytest.raises(rq.NotYourCall):
        pause(phone, agent="8002")


def test_what_is_not_recorded_or_not_paused_cannot_be_paused_or_resumed() -> None:
    phone = floor().talking()
    with pytest.raises(rq.NotNow):
        resume(phone)
    silent = floor(RecordingRule(keep="never")).talking()
    with pytest.raises(rq.NotNow):
        pause(silent)


def test_a_full_disk_stops_new_recordings_and_not_calls_until_there_is_room_again() -> None:
    phone = floor()
    phone.report(sg.RecordingSpace, level="full")
    phone.report(sg.RecordingSpace, level="full")
    assert len(phone.all(ev.RecordingSpaceChanged)) == 1
    assert phone.board.floor(0).system.recording_space == "full"
    phone.talking()
    assert phone.view().phase == "talking"
    assert not phone.ordered(cm.StartOffer)[0].recorded
    assert phone.last(ev.RecordingDecided).rule == -1
    again = floor()
    again.report(sg.RecordingSpace, level="full")
    again.report(sg.RecordingSpace, level="low")
    again.talking()
    assert again.view().recording == "on"


def test_a_recording_found_missing_is_counted_for_the_floor() -> None:
    phone = floor().talking()
    phone.wait(5)
    phone.caller_hangs_up()
    phone.report(sg.RecordingSeen, interaction="c1", file="")
    assert phone.board.floor(0).system.recordings_missing == 1


def test_of_a_talk_without_a_sound_nothing_is_missing() -> None:
    phone = floor().talking()
    phone.wait(0.05)
    phone.caller_hangs_up()
    phone.report(sg.RecordingSeen, interaction="c1", file="")
    assert phone.last(ev.RecordingMissing).interaction == "c1"
    assert phone.board.floor(0).system.recordings_missing == 0
    assert phone.board.state.talked_s == {}


def adopt(phone: Floor, call: str, known: bool) -> None:
    phone.do(
        rq.AdoptRecording(
            interaction=call,
            file=f"2023/11/14/{call}.wav",
            duration_s=30.0,
            bytes=100,
            sha256="x",
            began_at=phone.now - 3600,
            known=known,
        )
    )


def test_a_found_recording_is_its_calls_and_makes_one_where_nothing_is_known() -> None:
    phone = floor()
    adopt(phone, "cc1-1699996400.1", known=True)
    assert phone.last(ev.RecordingStored).file == "2023/11/14/cc1-1699996400.1.wav"
    assert not phone.all(ev.CallArrived)
    adopt(phone, "cc1-1699996400.2", known=False)
    arrived, ended = phone.last(ev.CallArrived), phone.last(ev.CallEnded)
    assert (arrived.interaction, ended.interaction) == ("cc1-1699996400.2", "cc1-1699996400.2")
    assert (ended.at - arrived.at, ended.answered) == (30.0, True)
    assert phone.board.state.calls == {}


def test_no_recording_is_adopted_of_a_call_that_goes_on() -> None:
    phone = floor().talking()
    with pytest.raises(rq.NotNow):
        adopt(phone, "c1", known=True)


def test_callers_are_told_after_the_work_number_when_the_talk_is_recorded() -> None:
    told = Text(zh="本次通话将被录音。", en="This call is recorded.")
    phone = floor(notice=told).talking()
    (ring,) = phone.ordered(cm.StartOffer)[0].rings
    assert ring.work_number.text.endswith(told.zh) and "8001" not in told.zh
    silent = floor(RecordingRule(keep="never"), notice=told).talking()
    (ring,) = silent.ordered(cm.StartOffer)[0].rings
    assert told.zh not in ring.work_number.text
