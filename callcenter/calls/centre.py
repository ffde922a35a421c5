"""The centre document: agents, staff, queues and numbers, versioned as a whole.

It lives in the database; a YAML file of the same shape is its import and export form.
Shapes are checked by msgspec on decoding, references by `problems`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.languages import Language, Text

AgentId = Annotated[str, Meta(pattern=r"^[0-9]{3,6}$", description="three to six digits, also the work number")]
Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="a-z, 0-9 and _, starting with a letter")]
DialledNumber = Annotated[str, Meta(pattern=r"^\+?[0-9]{3,15}$", description="three to fifteen digits")]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]
Device = Literal["web", "desk"]
Role = Literal["agent", "supervisor", "administrator"]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything in the document: read-only, and unknown keys are refused."""


class Agent(Document, frozen=True, kw_only=True):
    id: AgentId
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    queues: tuple[Slug, ...] = ()


class Staff(Document, frozen=True, kw_only=True):
    """Somebody who signs in and takes no calls."""

    id: Slug
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    role: Literal["supervisor", "administrator"]


class Queue(Document, frozen=True, kw_only=True):
    """One line of waiting callers. Times in seconds."""

    id: Slug
    name: Text
    ring_s: Annotated[int, Meta(ge=5, le=120)] = 20
    wrap_up_s: Seconds = 60
    whisper: Text | None = None  # the agent hears it before the talk; the queue's name when absent
    announce_every_s: Annotated[int, Meta(ge=15, le=3600)] = 45
    max_wait_s: Annotated[int, Meta(ge=30, le=86_400)] = 1800  # then the caller hears an apology and the call ends
    service_level_s: Annotated[int, Meta(ge=1, le=3600)] = 20
    short_abandon_s: Seconds = 5
    missed_back_off_s: Seconds = 10
    pause_after_missed: Annotated[int, Meta(ge=1, le=20)] = 3
    recorded: bool = True
    survey: Slug | None = None  # the flow a caller is led to after the talk


class Number(Document, frozen=True, kw_only=True):
    """A hotline number: who dials it runs this flow in this language."""

    number: DialledNumber
    flow: Slug
    language: Language = "zh-CN"


class Choice(Document, frozen=True, kw_only=True):
    """One entry of a list people choose from (pause reasons, dispositions)."""

    id: Slug
    name: Text


class Centre(Document, frozen=True, kw_only=True):
    zone: str = "Asia/Shanghai"
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166 code, e.g. CN")] = "CN"
    area_code: Annotated[str, Meta(pattern="^[0-9]{0,5}$")] = ""  # of the centre, for callers shown without one
    agents: tuple[Agent, ...] = ()
    staff: tuple[Staff, ...] = ()
    queues: tuple[Queue, ...] = ()
    numbers: tuple[Number, ...] = ()
    pause_reasons: tuple[Choice, ...] = ()
    dispositions: tuple[Choice, ...] = ()

    def agent(self, agent_id: str) -> Agent | None:
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    def queue(self, queue_id: str) -> Queue | None:
        return next((queue for queue in self.queues if queue.id == queue_id), None)


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a document: `path` as in `queues[1].survey`, and what would be right."""

    path: str
    message: str


def problems(centre: Centre, flows: frozenset[str]) -> Iterator[Problem]:
    """Every reference that leads nowhere and every id used twice; nothing when the document is sound."""
    queues = frozenset(queue.id for queue in centre.queues)
    for kind in ("agents", "staff", "queues", "pause_reasons", "dispositions"):
        yield from _doubles(kind, [entry.id for entry in getattr(centre, kind)])
    yield from _doubles("numbers", [number.number for number in centre.numbers])
    for i, agent in enumerate(centre.agents):
        yield from _unknown(f"agents[{i}].queues", agent.queues, "queue", queues)
    for i, queue in enumerate(centre.queues):
        yield from _unknown(f"queues[{i}].survey", [queue.survey] if queue.survey else [], "flow", flows)
    for i, number in enumerate(centre.numbers):
        yield from _unknown(f"numbers[{i}].flow", [number.flow], "flow", flows)


def _doubles(kind: str, ids: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, entry_id in enumerate(ids):
        if entry_id in seen:
            yield Problem(f"{kind}[{i}]", f"{entry_id!r} is there twice; every id must be unique")
        seen.add(entry_id)


def _unknown(path: str, names: tuple[str, ...] | list[str], kind: str, known: frozenset[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            yield Problem(path, f"there is no {kind} {name!r}; known: {allowed}")


def endpoint(agent_id: str, device: Device) -> str:
    """The SIP account of an agent's device: `8001` is the desk phone, `8001-web` the browser."""
    return agent_id if device == "desk" else f"{agent_id}-web"


def agent_device(endpoint_name: str) -> tuple[str, Device] | None:
    """The inverse of `endpoint`; None when the account is no agent's."""
    agent_id, _, suffix = endpoint_name.partition("-")
    if not agent_id.isascii() or not agent_id.isdigit() or suffix not in ("", "web"):
        return None
    return agent_id, "web" if suffix else "desk"
