"""What is wrong with a document is said by its path, with what would be right."""

import datetime

import pytest

from callcenter.calls import centre as ct
from callcenter.calls.languages import Text
from callcenter.calls.problems import problems
from callcenter.calls.rosters import Roster, SpecialDay

NAME = Text("名", "Name")
SUPPORT = {"id": "support", "name": NAME}
DAY = datetime.date(2026, 1, 1)


def wrong(**fields) -> dict[str, str]:
    sound = {"agents": (ct.Agent(id="8001", name="Wu"),), "queues": (ct.Queue(**SUPPORT),)}
    found = problems(ct.Centre(**sound | fields), frozenset({"hotline"}), frozenset({"default", "calm"}))
    return {problem.path: problem.message for problem in found}


def queue(**fields) -> dict[str, str]:
    return wrong(queues=(ct.Queue(**SUPPORT | fields),))


def test_a_sound_document_has_none():
    assert wrong() == {}


@pytest.mark.parametrize(
    ("fields", "path", "says"),
    [
        ({"groups": ("night",)}, "queues[0].groups", "no group 'night'"),
        ({"skills": {"english": 5}}, "queues[0].skills", "no skill 'english'"),
        ({"roster": "day"}, "queues[0].roster", "no roster 'day'"),
        ({"music": "rock"}, "queues[0].music", "known: calm, default"),
        ({"wrap_up_s": 100, "wrap_up_limit_s": 60}, "queues[0].wrap_up_limit_s", "100 or more"),
        ({"exits": {"1": ct.Destination(to="callback")}}, "queues[0].exits.1", "`callback` section"),
        ({"exits": {"1": ct.Destination(to="flow", id="menu")}}, "queues[0].exits.1.id", "known: hotline"),
        ({"exits": {"1": ct.Destination(to="hang_up", id="x")}}, "queues[0].exits.1.id", "leave it out"),
        (
            {"exits": {"1": ct.Destination(to="flow", id="hotline", queue="support")}},
            "queues[0].exits.1.queue",
            "only `to: agent`",
        ),
        (
            {"instead": ct.Instead(full=ct.Destination(to="queue", id="support"))},
            "queues[0].instead.full.id",
            "this queue itself",
        ),
        (
            {"instead": ct.Instead(closed=ct.Destination(to="agent", id="8001"))},
            "queues[0].instead.closed.queue",
            "known: support",
        ),
        (
            {"relax": (ct.Relaxation(after_s=60, level=3), ct.Relaxation(after_s=30, level=0))},
            "queues[0].relax[1]",
            "later than the one before",
        ),
        (
            {"relax": (ct.Relaxation(after_s=30, level=3), ct.Relaxation(after_s=60, level=3))},
            "queues[0].relax[1]",
            "a lower level",
        ),
    ],
)
def test_a_queue(fields, path, says):
    found = queue(**fields)
    assert list(found) == [path]
    assert says in found[path]


def test_the_mailbox_of_a_queues_own_key_is_the_queue():
    assert queue(exits={"2": ct.Destination(to="voicemail")}) == {}


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"dialled": ("4009",)}, "rules[0].dialled"),
        ({"tiers": ("A",)}, "rules[0].tiers"),
        ({"open": "day"}, "rules[0].open"),
        ({"to": ct.Destination(to="voicemail")}, "rules[0].to.id"),
        ({"to": ct.Destination(to="callback")}, "rules[0].to"),
    ],
)
def test_a_rule(rule, path):
    plain = {"id": "first", "to": ct.Destination(to="queue", id="support")}
    assert list(wrong(rules=(ct.Rule(**plain | rule),))) == [path]


def test_rosters_zones_and_days():
    backwards = SpecialDay(date=DAY, until=DAY - datetime.timedelta(days=1))
    roster = Roster(id="day", name=NAME, zone="Mars/Olympus", exceptions=(backwards,))
    holiday = ct.Holiday(date=DAY, until=DAY - datetime.timedelta(days=1), name=NAME)
    assert list(wrong(rosters=(roster,), holidays=(holiday,))) == [
        "rosters[0].zone",
        "rosters[0].exceptions[0].until",
        "holidays[0].until",
    ]


def test_ids_and_numbers_used_twice():
    twice = (ct.Blocked(number="138", reason="a"), ct.Blocked(number="138", reason="b"))
    assert list(wrong(blacklist=twice)) == ["blacklist[1]"]
    skills = (ct.Choice(id="english", name=NAME), ct.Choice(id="english", name=NAME))
    assert list(wrong(skills=skills)) == ["skills[1]"]
