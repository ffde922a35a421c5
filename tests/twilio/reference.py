"""TwiML for calls, read as strictly as Twilio's published reference has it: verbs, attributes, values, nesting.

Only what a call centre may need is known here; whatever else is in a document is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl
from xml.etree import ElementTree as Xml

Rule = Callable[[str], bool]


def _matches(pattern: str) -> Rule:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _whole(least: int, most: int) -> Rule:
    return lambda text: text.isdecimal() and least <= int(text) <= most


URL, BOOLEAN, METHOD = _matches(r"https?://[^\s<>]+"), _matches("true|false"), _matches("GET|POST")
LANGUAGE = _matches("zh-CN|en-US|en-GB")
NUMBER = _matches(r"\+[1-9][0-9]{4,14}")
# `callerId` of a dial to a SIP address may be any word.
CALLER = _matches(r"[+]?[A-Za-z0-9.@_-]{1,64}")
ATTRIBUTES: dict[str, dict[str, Rule]] = {
    "Response": {},
    "Say": {"language": LANGUAGE, "voice": _matches("[A-Za-z.0-9-]+"), "loop": _whole(0, 1000)},
    "Play": {"loop": _whole(0, 1000), "digits": _matches("[0-9*#w]+")},
    "Pause": {"length": _whole(1, 600)},
    "Gather": {
        "input": _matches("dtmf|speech|dtmf speech"),
        "action": URL,
        "method": METHOD,
        "timeout": _whole(1, 600),
        "numDigits": _whole(1, 1000),
        "finishOnKey": _matches("[0-9*#]?"),
        "actionOnEmptyResult": BOOLEAN,
    },
    "Dial": {
        "action": URL,
        "method": METHOD,
        "timeout": _whole(1, 600),
        "callerId": CALLER,
        "answerOnBridge": BOOLEAN,
    },
    "Sip": {"username": _matches(r"[^\s]{1,256}"), "password": _matches(r"[^\s]{1,256}")},
    "Number": {},
    "Redirect": {"method": METHOD},
    "Reject": {"reason": _matches("busy|rejected")},
    "Hangup": {},
}
NESTED: dict[str, frozenset[str]] = {
    "Response": frozenset({"Say", "Play", "Pause", "Gather", "Dial", "Redirect", "Reject", "Hangup"}),
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Sip", "Number"}),
}
_TEXT = {"Say", "Play", "Redirect", "Sip", "Number"}
_LAST = {"Redirect", "Reject", "Hangup"}
LONGEST_SAID, LONGEST_SIP = 4096, 255


def read(document: str) -> list[Xml.Element]:
    """The verbs, in their order. AssertionError for whatever Twilio would not understand."""
    assert len(document.encode()) <= 64_000
    root = Xml.fromstring(document)
    assert root.tag == "Response", root.tag
    _check(root)
    for verb in list(root)[:-1]:
        assert verb.tag not in _LAST, f"nothing behind {verb.tag} is reached"
        assert not (verb.tag == "Gather" and verb.get("actionOnEmptyResult") == "true"), "nor behind such a Gather"
    return list(root)


def _check(element: Xml.Element) -> None:
    rules = ATTRIBUTES[element.tag]
    for name, value in element.attrib.items():
        assert name in rules, f"{element.tag} has no attribute {name}"
        assert rules[name](value), f"{element.tag} {name}={value!r}"
    text = (element.text or "").strip()
    assert bool(text) == (element.tag in _TEXT), f"{element.tag}: {text!r}"
    _check_text(element.tag, text)
    for child in element:
        assert child.tag in NESTED.get(element.tag, frozenset()), f"{child.tag} in {element.tag}"
        _check(child)


def _check_text(tag: str, text: str) -> None:
    match tag:
        case "Say":
            assert len(text) <= LONGEST_SAID
        case "Play" | "Redirect":
            assert URL(text), text
        case "Number":
            assert NUMBER(text), text
        case "Sip":
            sip_address(text)


def sip_address(text: str) -> tuple[str, dict[str, str]]:
    """(address, headers). Headers of one's own begin with X-."""
    address, _, query = text.partition("?")
    assert re.fullmatch(r"sip:[^@\s;?]+@[A-Za-z0-9.:-]+(;transport=(udp|tcp|tls))?", address), address
    assert len(text) <= LONGEST_SIP
    headers = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    assert all(name.lower().startswith("x-") for name in headers), headers
    return address, headers
