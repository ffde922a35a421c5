"""The text that follows a survey nobody answered."""

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre, Queue, SurveyPolicy
from callcenter.calls.languages import LANGUAGES, Language, Text
from callcenter.calls.outside import Outcome
from callcenter.calls.work import TextMessage
from callcenter.clock import Clock
from callcenter.config import Config
from callcenter.outside import Place
from callcenter.survey_texts import follow_up
from callcenter.telephone import Telephone

WORDS = Text("您对我们满意吗？", "How did we do?")


class Provider:
    def __init__(self, trouble: str = "") -> None:
        self.trouble, self.sent = trouble, list[tuple[str, str, str, str]]()

    async def send(self, number: str, text: str, key: str, tag: str) -> str:
        self.sent.append((number, text, key, tag))
        return self.trouble


def centre(words: Text | None = WORDS) -> Centre:
    return Centre(
        queues=(Queue(id="sales", name=Text("销售", "Sales"), survey="s", surveyed=SurveyPolicy(follow_up=words)),)
    )


def skipped(caller: str = "+8613800138000", queue: str = "sales", language: Language = "en") -> ev.SurveySkipped:
    return ev.SurveySkipped(
        at=1.0, interaction="c1", survey="s", agent="8001", queue=queue, begun=True, caller=caller, language=language
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_answered_nothing_gets_a_text_in_the_language_of_the_call(language: Language) -> None:
    provider = Provider()
    await follow_up(skipped(language=language), centre(), provider.send)
    assert provider.sent == [("+8613800138000", WORDS.in_(language), "survey-c1", "survey")]


@pytest.mark.parametrize(
    ("event", "words"), [(skipped(caller=""), WORDS), (skipped(), None), (skipped(queue="gone"), WORDS)]
)
async def test_nobody_gets_one_who_withheld_the_number_or_whose_queue_has_none(
    event: ev.SurveySkipped, words: Text | None
) -> None:
    provider = Provider()
    await follow_up(event, centre(words), provider.send)
    assert provider.sent == []


async def test_a_text_that_was_not_sent_is_in_the_log_without_the_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await follow_up(skipped(), centre(), Provider("not_configured").send)
    assert "not_configured" in caplog.text
    assert "13800138000" not in caplog.text


async def test_the_telephone_sends_it_when_a_survey_was_skipped(tmp_path: Path) -> None:
    config = Config(file=tmp_path / "config.yaml")
    telephone = Telephone(config, config.asterisk_settings(), Clock())
    telephone._engine = SimpleNamespace(centre=centre())  # type: ignore[assignment]
    sent = list[TextMessage]()

    async def provider(work: TextMessage, _place: Place) -> Outcome:
        sent.append(work)
        return Outcome()

    telephone.outside.register(TextMessage, provider)
    telephone.keep_what_was_said([skipped()])
    await asyncio.gather(*telephone._tasks)
    assert [(one.to, one.text, one.key, one.tag) for one in sent] == [
        ("+8613800138000", WORDS.en, "survey-c1", "survey")
    ]
