"""Lines to the telephone network: those of config.yaml, and those that are set up here, without a restart.

Passwords go one way: they are taken, and never told.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.centre import Centre
from callcenter.calls.parties import OutsideNumber
from callcenter.web.asked import Asked
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.shapes import Done, Shape
from callcenter.web.visit import Visit

trunks = Endpoints("trunks")

SAVED_WITHIN_S = 20.0
TESTED_WITHIN_S = 70.0

TestResult = Literal["answered", "busy", "no_answer", "rejected", "unknown_number", "failed"]


class TrunkEntry(Shape, frozen=True, kw_only=True):
    """`from_config`: it stands in config.yaml and is changed there.

    `state`: registered, not_registered, reachable, unreachable or unknown; `state_detail` in Asterisk's words.
    """

    name: str
    host: str
    port: int
    transport: str
    username: str
    register: bool
    match: tuple[str, ...]
    caller_number: str
    from_config: bool
    state: str
    state_detail: str


class TrunkList(Shape, frozen=True, kw_only=True):
    trunks: tuple[TrunkEntry, ...]


class TrunkEdit(Asked, frozen=True, kw_only=True):
    """Without `password` the one that is kept stays; empty: none."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 5060
    transport: Literal["udp", "tcp"] = "udp"
    username: Annotated[str, Meta(max_length=64)] = ""
    register: bool = False
    match: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=50)] = ()
    caller_number: Annotated[str, Meta(max_length=16)] = ""
    password: Annotated[str, Meta(max_length=128)] | None = None


class TestCall(Asked, frozen=True, kw_only=True):
    number: OutsideNumber


class TrunkTestResult(Shape, frozen=True, kw_only=True):
    """Seconds since the call began; null: it did not come to that."""

    result: TestResult
    cause: str
    rang_after_s: float | None
    answered_after_s: float | None


@trunks.get("/trunks", needs="edit_trunks", words=("engine_lost",))
async def all_trunks(visit: Visit) -> TrunkList:
    """Every line, and how it is at the moment."""
    return msgspec.convert(await visit.services.link.trunks("trunks", SAVED_WITHIN_S), TrunkList)


@trunks.put("/trunks/{name}", needs="edit_trunks", words=("trunk_from_config", "engine_lost"))
async def change(visit: Visit, asked: TrunkEdit) -> Done:
    """Add a line, or change one. It is in use at once; calls under way stay as they are."""
    name, by = visit.path("name"), visit.account.username
    fields = {each: value for each, value in msgspec.to_builtins(asked).items() if value is not None}
    await visit.services.link.trunks("save_trunk", SAVED_WITHIN_S, name=name, by=by, **fields)
    told = {"host": asked.host, "register": asked.register, "password_changed": asked.password is not None}
    await visit.services.archive.note(by, "change_trunk", name, visit.address, **told)
    return Done()


@trunks.delete(
    "/trunks/{name}", needs="edit_trunks", words=("no_such_trunk", "trunk_from_config", "trunk_in_use", "engine_lost")
)
async def remove(visit: Visit) -> Done:
    """Remove a line that was set up here."""
    name = visit.path("name")
    if where := _uses((await visit.services.archive.centre()).document, name):
        raise ApiError("trunk_in_use", f"the centre calls out over {name} ({where}); name another one there first")
    await visit.services.link.trunks("remove_trunk", SAVED_WITHIN_S, name=name)
    await visit.services.archive.note(visit.account.username, "remove_trunk", name, visit.address)
    return Done()


@trunks.post("/trunks/{name}/test", needs="edit_trunks", words=("no_such_trunk", "telephone_lost", "engine_lost"))
async def test(visit: Visit, asked: TestCall) -> TrunkTestResult:
    """Call a number over this line, play a short prompt to whoever answers, hang up, and tell how it went."""
    name = visit.path("name")
    answer = await visit.services.link.trunks("test_trunk", TESTED_WITHIN_S, name=name, number=asked.number)
    result = msgspec.convert(answer, TrunkTestResult)
    await visit.services.archive.note(
        visit.account.username, "test_trunk", name, visit.address, result=result.result, cause=result.cause
    )
    return result


def _uses(centre: Centre, trunk: str) -> str:
    """Where the document names the trunk; empty when it does not."""
    for i, number in enumerate(centre.outbound.numbers):
        if number.trunk == trunk:
            return f"outbound.numbers[{i}]"
    for i, queue in enumerate(centre.queues):
        if queue.callback and queue.callback.trunk == trunk:
            return f"queues[{i}].callback"
    return ""
