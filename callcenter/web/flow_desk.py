"""What flows are checked against and spoken with at the edge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from callcenter.calls.languages import Prompt, Text
from callcenter.ivr.known import Known, alone_at_host, known_of
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.outline import Examined, examine
from callcenter.ivr.problems import FlowError, FlowProblem
from callcenter.ivr.subflows import with_subflows
from callcenter.store import documents
from callcenter.web.errors import ApiError
from callcenter.web.flow_shapes import FlowChecked, FlowDefect
from callcenter.web.refusals import refusal
from callcenter.web.store_door import store_of

if TYPE_CHECKING:
    from callcenter.web.visit import Visit


KEPT = 60  # texts whose reading is remembered


class Voices(Protocol):
    """Texts to sound: `prompts.PromptLibrary`."""

    def check(self, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
        """Those of which there is no audio yet."""

    async def render(self, prompts: Iterable[Prompt]) -> tuple[Any, ...]:
        """Those that could not be spoken, each with its `message`."""

    async def ready(self, prompt: Prompt) -> str:
        """The file, without its extension."""


@dataclass(frozen=True)
class FlowDesk:
    """`texts`: the prompts that flows play by name. `scripts`: those that may be run, None where that is not known.
    `voices` None: nothing can be spoken here. `brings`: providers that run flows have a way to our telephone."""

    texts: Callable[[], Mapping[str, Text]] = dict
    scripts: Callable[[], frozenset[str] | None] = lambda: None
    voices: Voices | None = None
    clock: Callable[[], float] = field(default=time.time)
    brings: bool = True
    _seen: dict[tuple[str, str], tuple[Known, Examined]] = field(default_factory=dict)

    def examined(self, source: str, origin: str, may_name: Known) -> Examined:
        """As `outline.examine`; a text that was looked at before is not read again while the same may be named."""
        key = origin, source
        before = self._seen.pop(key, None)
        found = before if before and before[0] == may_name else (may_name, examine(source, origin, may_name))
        self._seen[key] = found
        while len(self._seen) > KEPT:
            self._seen.pop(next(iter(self._seen)), None)
        return found[1]


FLOW_DESK = web.AppKey("flow_desk", FlowDesk)


def desk_of(visit: Visit) -> FlowDesk:
    return visit.http.app[FLOW_DESK]


async def known(visit: Visit) -> Known:
    """What a flow may name now."""
    centre = (await visit.services.archive.centre()).document
    flows = await store_of(visit).run(documents.current_flows)
    known_here = known_of(centre, frozenset(flows), desk_of(visit).texts(), desk_of(visit).scripts())
    found = with_subflows(known_here, {flow: each.source for flow, each in flows.items()})
    return found if desk_of(visit).brings else alone_at_host(found, centre)


async def examined(visit: Visit, source: str, origin: str) -> Examined:
    """By what may be named now. Beside the loop: a flow of a thousand nodes takes a good part of a second."""
    return await asyncio.to_thread(desk_of(visit).examined, source, origin, await known(visit))


def checked(found: Examined) -> FlowChecked:
    return FlowChecked(outline=found.outline, defects=tuple(map(_defect, found.problems)))


def _defect(problem: FlowProblem) -> FlowDefect:
    said = problem.said or mistake("as_it_is", said=problem.message)
    return FlowDefect(
        line=problem.line,
        node=problem.node,
        message=problem.message,
        field=problem.field,
        word=said.word,
        text=said.text,
    )


def bad_flow(problems: tuple[FlowProblem, ...]) -> ApiError:
    """All that is wrong with a flow, one a line."""
    return ApiError("bad_flow", FlowError(problems).text)


async def speak_all(visit: Visit, prompts: Iterable[Prompt]) -> int:
    """Render what callers will hear, before any of them can; how many were new. Raises ApiError `prompts_failed`."""
    voices = desk_of(visit).voices
    if voices is None:
        return 0
    new = voices.check(tuple(prompts))
    if failures := await voices.render(new):
        first = failures[0].message
        raise ApiError("prompts_failed", refusal("not_spoken", count=len(failures), of=len(new), english=first))
    return len(new)
