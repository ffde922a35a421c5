"""What is wrong with a centre document, all of it: first its shape, then what it refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.problems import Problem, problems
from callcenter.web.complaints import complaint
from callcenter.web.services import Services


async def checked(services: Services, document: Centre) -> tuple[Problem, ...]:
    """What a document of the right shape refers to and is not there."""
    flows = frozenset(await services.archive.flow_names())
    return tuple(problems(document, flows, services.music()))


async def checked_draft(services: Services, document: Mapping[str, Any]) -> tuple[Problem, ...]:
    """As `checked`, for a document of any shape; references are looked at when the shape is right."""
    wrong = tuple(shape_problems(document))
    return wrong or await checked(services, msgspec.convert(document, Centre))


def shape_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """The first mistake of every entry. Pure."""
    for section, content in document.items():
        entries = content if isinstance(content, list) else []
        yield from _mistake({section: [] if entries else content}, section)
        for i, entry in enumerate(entries):
            if section in Centre.__struct_fields__:
                yield from _mistake({section: [entry]}, section, i)


def _mistake(part: dict[str, Any], section: str, index: int = 0) -> Iterator[Problem]:
    """A document may consist of any of its sections, so each part is a small document of its own."""
    try:
        msgspec.convert(part, Centre)
    except msgspec.ValidationError as error:
        path, message = complaint(error, Centre)
        yield Problem(path.replace(f"{section}[0]", f"{section}[{index}]", 1), message)
