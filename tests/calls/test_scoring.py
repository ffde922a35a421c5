"""What a judgement by a score card is worth."""

import pytest

from callcenter.calls.languages import Text
from callcenter.calls.scoring import (
    BadJudgement,
    Judgement,
    Result,
    ScoreCard,
    ScoreQuestion,
    ScoreSection,
    card_problems,
    result,
)

NAME = Text("名", "Name")
CARD = ScoreCard(
    id="service",
    name=NAME,
    sections=(
        ScoreSection(
            name=NAME,
            questions=(
                ScoreQuestion(id="greeting", text=NAME),
                ScoreQuestion(id="tone", text=NAME, kind="scale", most=4, weight=3),
            ),
        ),
        ScoreSection(name=NAME, questions=(ScoreQuestion(id="identity", text=NAME, fatal=True),)),
    ),
)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"greeting": 1, "tone": 4, "identity": 1}, Result(100.0, False)),
        ({"greeting": 0, "tone": 2, "identity": 1}, Result(50.0, False)),  # (0 + 3 * 2/4 + 1) / 5
        ({"greeting": 1, "tone": None, "identity": 1}, Result(100.0, False)),
        ({"greeting": 1, "tone": 4, "identity": 0}, Result(0.0, True)),
        ({"greeting": 1, "tone": 1, "identity": None}, Result(43.75, False)),  # (1 + 3 * 1/4) / 4
    ],
)
def test_weights_scales_and_fatal_questions(answers: dict[str, int | None], expected: Result) -> None:
    assert result(CARD, Judgement(answers=answers)) == expected


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"greeting": 2, "tone": 1, "identity": 1}, "answers.greeting: is 2; allowed: 0 to 1"),
        ({"greeting": 1, "tone": 5, "identity": 1}, "answers.tone: is 5; allowed: 0 to 4"),
        ({"greeting": 1, "tone": 1}, "identity not answered"),
        ({"greeting": 1, "tone": 1, "identity": 1, "smile": 1}, "answers.smile: the card has no such question"),
        ({"greeting": None, "tone": None, "identity": None}, "at least one question must apply"),
    ],
)
def test_answers_that_do_not_fit_are_named(answers: dict[str, int | None], said: str) -> None:
    with pytest.raises(BadJudgement, match=said):
        result(CARD, Judgement(answers=answers))


def test_a_question_twice_is_a_problem() -> None:
    twice = ScoreSection(name=NAME, questions=(ScoreQuestion(id="a", text=NAME), ScoreQuestion(id="a", text=NAME)))
    (problem,) = card_problems(ScoreCard(id="x", name=NAME, sections=(twice,)))
    assert str(problem) == "question 'a' is there twice"
    assert card_problems(CARD) == []
