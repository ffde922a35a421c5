"""What Twilio is told to do with a call."""

from xml.etree import ElementTree as Xml

import pytest

from callcenter.twilio import twiml
from callcenter.twilio.settings import Settings

SETTINGS = Settings(sip_address="pbx.example.com:5080", sip_transport="tcp")
OVER = "https://calls.example.com/twilio/calls/over"


def put_through(caller: str, dialled: str, settings: Settings = SETTINGS) -> Xml.Element:
    return Xml.fromstring(twiml.put_through(settings, caller, dialled, OVER))


def test_a_call_goes_to_our_asterisk_with_both_numbers_and_twilio_asks_afterwards():
    (dial,) = put_through("+8613800138000", "+862155550100")
    assert dial.attrib == {
        "answerOnBridge": "true",
        "timeout": "30",
        "callerId": "+8613800138000",
        "action": OVER,
        "method": "POST",
    }
    assert [(each.tag, each.text) for each in dial] == [
        ("Sip", "sip:+862155550100@pbx.example.com:5080;transport=tcp")
    ]


def test_udp_needs_no_word():
    (dial,) = put_through("+8613800138000", "+862155550100", Settings(sip_address="203.0.113.7"))
    assert dial[0].text == "sip:+862155550100@203.0.113.7"


@pytest.mark.parametrize(
    "caller",
    [
        "",
        "anonymous",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "sip:a@b",
        "1;x=y",
        "+1 2",
    ],
)
def test_who_shows_no_number_is_nobody(caller: str):
    assert put_through(caller, "+862155550100")[0].attrib["callerId"] == "anonymous"


@pytest.mark.parametrize("dialled", ["", "client:anna", "1@evil.example.com", "+8621;x", "12", "１２３４", "123\n"])
def test_what_is_no_number_is_not_called(dialled: str):
    assert [each.tag for each in put_through("+8613800138000", dialled)] == ["Reject"]


def test_an_asterisk_out_of_reach_is_told_in_the_language_or_somebody_else_has_the_call():
    said = Xml.fromstring(twiml.out_of_reach(("zh-CN", "en"), ""))
    assert [(each.tag, each.attrib.get("language")) for each in said] == [
        ("Say", "zh-CN"),
        ("Say", "en-US"),
        ("Hangup", None),
    ]
    (dial,) = Xml.fromstring(twiml.out_of_reach(("en",), "+15550001111"))
    assert (dial.tag, dial.text) == ("Dial", "+15550001111")


def test_a_call_that_is_over_is_hung_up():
    assert [each.tag for each in Xml.fromstring(twiml.goodbye())] == ["Hangup"]
