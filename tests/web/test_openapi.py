"""The document says what is there, and what is answered is what the document says."""

import re
from typing import Any

import msgspec
import pytest

from callcenter.web.answers import failed
from callcenter.web.edge import assemble
from callcenter.web.endpoints import PREFIX
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import WORDS, ApiError
from callcenter.web.routes import ENDPOINTS
from callcenter.web.routing_shapes import Decision
from callcenter.web.settings import Settings
from callcenter.web.shapes import Failed
from tests.web.fake_archive import FakeArchive, card, message, past_callback, record
from tests.web.floor import CALLER, why
from tests.web.house import House

# One request that succeeds for every GET: by whom, and with what in the place of the path's names.
READERS = {"/agents/me/today": "8001", "/agents/me/missed": "8001", "/phone": "8001"}


async def test_every_route_of_the_api_is_in_the_document(home: House) -> None:
    edge = assemble(Settings(), FakeArchive(), EngineLink(home.socket_path), {}.__getitem__)
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in edge.router.routes()
        if route.resource and route.resource.canonical.startswith(PREFIX) and route.method != "HEAD"
    }
    _, document = await (await home.nobody()).get("/openapi.json")

    described = {(method, path) for path, operations in document["paths"].items() for method in operations}
    assert described == served


async def test_every_reference_in_the_document_leads_somewhere(home: House) -> None:
    async with (await home.nobody()).http.get(f"{home.base}{PREFIX}/openapi.json") as response:
        text = await response.text()
    document = msgspec.json.decode(text)

    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(document["components"]["schemas"])
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert all(one["summary"] and one["tags"] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_every_word_an_endpoint_names_exists() -> None:
    assert {word for endpoint in ENDPOINTS for word in endpoint.words} <= set(WORDS)


OVER_THE_STORE = (
    "users",
    "roles",
    "trunks",
    "doctor",
    "prompts",
    "flows",
    "quality",
    "recordings",
    "reports",
    "webhooks",
    "schedules",
    "planned shifts",
    "inbox",
    "texts",
)  # these are read in tests of their own
READS = [
    one
    for one in ENDPOINTS
    if one.method == "GET" and one.produces == "application/json" and one.noun not in OVER_THE_STORE
]


@pytest.mark.parametrize("endpoint", READS, ids=lambda one: one.path)
async def test_what_is_read_has_the_declared_shape(home: House, endpoint: Any) -> None:
    home.archive.cards["1"] = card()
    home.archive.records["1"] = record("1", customer="1")
    home.archive.kept_messages["1"] = message("1")
    home.archive.past_callbacks["1"] = past_callback("1")
    home.archive.decided["1"] = (Decision(seq=1, at=1.0, kind="QueueEntered", data={"queue": "sales"}),)
    home.engine.waits["1"] = why("1")
    reader = await home.somebody(READERS.get(endpoint.path, "admin"))

    status, answer = await reader.get(endpoint.path.replace("{id}", "1").replace("{number}", CALLER))

    assert status == 200, answer
    understood = msgspec.convert(answer, endpoint.answer)
    assert msgspec.json.decode(msgspec.json.encode(understood)) == answer


def test_an_error_has_the_declared_shape() -> None:
    for word, (status, _) in WORDS.items():
        answer = failed(ApiError(word))
        assert answer.status == status
        assert msgspec.json.decode(answer.body, type=Failed).error.word == word
