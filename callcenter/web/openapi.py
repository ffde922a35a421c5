"""The OpenAPI document, made from what the handlers declare."""

import inspect
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from callcenter.web.endpoints import PREFIX, Endpoint
from callcenter.web.errors import WORDS
from callcenter.web.shapes import Failed
from callcenter.web.visit import COOKIE, PROOF, PROOF_HEADER, READ_ONLY

_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"{([a-z_]+)}")
_ALWAYS = ("internal", "database_down")


def document(endpoints: Iterable[Endpoint], version: str, server: str = "") -> dict[str, Any]:
    """OpenAPI 3.1. `server` is the address in front of the paths; empty: where the document came from."""
    known = list(endpoints)
    schemas, components = _schemas(known)
    paths: dict[str, Any] = {}
    for endpoint in known:
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Call centre", "version": version, "description": _DESCRIPTION},
        "servers": [{"url": server or "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }


_DESCRIPTION = (
    f"Sign in with POST {PREFIX}/session and send the cookie with every request. Requests that change something "
    f"need the header `{PROOF_HEADER}: {PROOF}`. Errors are `{{error: {{word, message, field}}}}`; words are stable. "
    "Live state comes over the websocket `/ws`."
)


def _schemas(endpoints: list[Endpoint]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """(schema by type, named components)."""
    types = list(
        {kind: None for one in endpoints for kind in (one.asked, one.answer) if kind and _is_json(one, kind)}
    )
    types.append(Failed)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    return dict(zip(types, schemas, strict=True)), dict(components)


def _is_json(endpoint: Endpoint, kind: Any) -> bool:
    return kind is not endpoint.answer or endpoint.produces == "application/json"


def _operation(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    text = inspect.getdoc(endpoint.handler) or ""
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.noun}_{endpoint.handler.__name__}",
        "tags": [endpoint.noun],
        "summary": text.partition(".")[0],
        "description": text,
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint), *_proof(endpoint)],
        "responses": {"200": _answer(endpoint, schemas), **_failures(endpoint)},
        "security": [] if endpoint.public else [{"session": []}],
    }
    if endpoint.needs:
        operation["x-permission"] = endpoint.needs
    if endpoint.asked is not None and endpoint.method not in READ_ONLY:
        operation["requestBody"] = {"content": {"application/json": {"schema": schemas[endpoint.asked]}}}
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = _PARAMETER.findall(endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.in_address is None:
        return []
    _, components = msgspec.json.schema_components([endpoint.in_address], ref_template=_REF)
    properties = components[endpoint.in_address.__name__]["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()]


def _proof(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.method in READ_ONLY:
        return []
    return [{"name": PROOF_HEADER, "in": "header", "required": True, "schema": {"type": "string", "const": PROOF}}]


def _answer(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    if endpoint.produces != "application/json":
        return {"description": "the file", "content": {endpoint.produces: {}}}
    return {"description": "done", "content": {"application/json": {"schema": schemas[endpoint.answer]}}}


def _failures(endpoint: Endpoint) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for word in _words(endpoint):
        by_status.setdefault(WORDS[word][0], []).append(word)
    content = {"application/json": {"schema": {"$ref": _REF.format(name="Failed")}}}
    return {
        str(status): {"description": f"{HTTPStatus(status).phrase}: {', '.join(words)}", "content": content}
        for status, words in sorted(by_status.items())
    }


def _words(endpoint: Endpoint) -> list[str]:
    words = [*endpoint.words, *_ALWAYS, "bad_value"]
    if not endpoint.public:
        words.append("not_authenticated")
    if endpoint.needs:
        words.append("forbidden")
    if endpoint.method not in READ_ONLY:
        words += ["foreign_origin", "not_json", "bad_media_type", "too_large"]
    return words
