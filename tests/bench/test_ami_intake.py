"""The stream is what it claims to be; how fast it is taken is for `make bench` alone."""

from bench import ami_stream
from bench.ami_intake import LANES, Bare, Ours
from callcenter.asterisk.ami_wire import AmiMessage


def events(calls: int, lanes: int) -> list[AmiMessage]:
    frames = ami_stream.stream(calls, lanes).split(ami_stream.FRAME_END)[:-1]
    return [message for frame in frames if (message := AmiMessage.from_frame(frame))]


def test_every_call_has_channels_an_agent_and_a_bridge_of_its_own() -> None:
    told = events(calls=7, lanes=3)
    begun = [event for event in told if event.text("event") == "Newchannel"]
    entered = [event for event in told if event.text("event") == "BridgeEnter"]
    assert len({event.text("uniqueid") for event in begun}) == 14
    assert len({event.text("channel") for event in begun}) == 14
    assert len({event.text("bridgeuniqueid") for event in entered}) == 7
    agents = {event.text("channel").partition("-")[0] for event in begun if event.text("context") == "agents"}
    assert agents == {"PJSIP/8001", "PJSIP/8002", "PJSIP/8003"}


def test_the_calls_of_all_lanes_run_side_by_side() -> None:
    assert [event.text("event") for event in events(calls=3, lanes=3)][:4] == ["Newchannel"] * 3 + ["Newstate"]


def test_both_sides_take_the_whole_stream() -> None:
    data = ami_stream.stream(2 * LANES + 1, LANES)
    Ours().take(data)  # raises when a call was not connected and ended
    Bare().take(data)
