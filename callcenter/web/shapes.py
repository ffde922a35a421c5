"""What every answer of the API is made of, and how it tells what was wrong.

The console's types are generated from here and from the other shapes (`callcenter.web.wire`). Times are seconds since
the epoch, UTC; durations are seconds. Empty text means "none" unless a field can be null.
"""

from typing import Any

import msgspec

from callcenter.calls import problem as wrong
from callcenter.calls.languages import Text


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that is answered."""


class Done(Shape, frozen=True, kw_only=True):
    """The request was carried out; `result` holds what the engine told about it."""

    result: dict[str, Any] = {}


class CentreProblem(Shape, frozen=True, kw_only=True):
    """What is wrong with a document: `path` as in `queues[1].survey`, empty for the whole. `message` is English."""

    path: str
    message: str
    word: str
    text: Text


def centre_problem(problem: wrong.Problem) -> CentreProblem:
    return CentreProblem(path=problem.path, message=problem.message, word=problem.said.word, text=problem.said.text)


class Problem(Shape, frozen=True, kw_only=True):
    """An error. `word` is stable; `message` is English; `field` is set when one input field is to blame.

    `text`: the details in every language, for people; null where the word says it all.

    `problems`: all that is wrong with a centre document (`bad_centre`).
    """

    word: str
    message: str
    text: Text | None = None
    field: str = ""
    problems: tuple[CentreProblem, ...] = ()


class Failed(Shape, frozen=True, kw_only=True):
    error: Problem
