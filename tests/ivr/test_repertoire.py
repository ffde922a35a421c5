"""What is rendered before a centre opens."""

from callcenter.calls.centre import Agent, Centre, Queue
from callcenter.calls.languages import LANGUAGES, Text
from callcenter.ivr import phrases, spoken
from callcenter.ivr.repertoire import POSITIONS, repertoire
from tests.ivr.flows import demo

CENTRE = Centre(
    agents=(Agent(id="8001", name="李雷"), Agent(id="8002", name="韩梅梅")),
    queues=(
        Queue(id="sales", name=Text(zh="产品咨询", en="Sales")),
        Queue(id="vip", name=Text(zh="贵宾", en="VIP"), whisper=Text(zh="贵宾来电", en="A VIP caller")),
    ),
)


def test_the_repertoire_holds_all_that_is_said_in_every_language() -> None:
    said = set(repertoire(CENTRE, [demo("hotline")]))
    for language in LANGUAGES:
        assert spoken.work_number("8002", language) in said
        assert {spoken.position(n, language) for n in range(POSITIONS + 1)} <= said
        assert set(spoken.phrases(language)) <= said
        assert spoken.whisper(Text(zh="产品咨询", en="Sales"), language) in said
        assert spoken.whisper(Text(zh="贵宾来电", en="A VIP caller"), language) in said
    assert set(demo("hotline").prompts()) <= said


def test_nothing_is_in_it_twice() -> None:
    all_of_it = repertoire(CENTRE, [demo("hotline"), demo("survey")])
    assert len(all_of_it) == len(set(all_of_it))


def test_every_fixed_phrase_is_among_the_phrases() -> None:
    """A phrase added to `spoken` and forgotten here would be rendered during a call."""
    fixed = [value for value in vars(phrases).values() if isinstance(value, phrases.Phrase)]
    assert len(fixed) > 20
    assert {phrase("en") for phrase in fixed} == set(spoken.phrases("en"))
