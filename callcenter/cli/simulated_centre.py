"""A centre file for the simulator: as `apply` takes it, save that the flows it names need not be there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from callcenter.calls.centre import Centre, Destination
from callcenter.calls.problems import problems
from callcenter.cli.errors import CommandError
from callcenter.forms.places import line_of
from callcenter.forms.reading import FormError, FormProblem, parse, read_text


def read(file: Path) -> Centre:
    """Raises FormError with all that is wrong, CommandError when nobody is there to take calls."""
    text = read_text(file)
    centre = parse(text, str(file), Centre)
    music = frozenset(queue.music for queue in centre.queues)
    wrong = list(problems(centre, frozenset(_flows(centre)), music))
    if wrong:
        raise FormError([FormProblem(str(file), line_of(text, each.path), each.path, each.message) for each in wrong])
    for name in ("agents", "queues"):
        if not getattr(centre, name):
            raise CommandError(f"{file}:1: {name}: is empty; a simulation needs at least one entry", 2)
    return centre


def _flows(centre: Centre) -> Iterator[str]:
    """What the file takes for flows. Callers are simulated from the queue on, so that none of them runs."""
    yield from (number.flow for number in centre.numbers)
    yield from (queue.survey for queue in centre.queues if queue.survey)
    yield from (to.id for to in _destinations(centre) if to.to == "flow")


def _destinations(centre: Centre) -> Iterator[Destination]:
    yield from (rule.to for rule in centre.rules)
    for queue in centre.queues:
        yield from queue.destinations().values()
