"""The address and the body of a request to a service; a caller's values in them cannot be more than values."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import msgspec
import yaml

from callcenter.ivr.evaluation import Scope, evaluate
from callcenter.ivr.fields import Fields
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.template import Slot, Template, written
from callcenter.ivr.values import Value, as_text

_ORIGIN = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(?=/|\?|\Z)")
_LITERAL = re.compile(r"[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]*")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
MAX_ENTRIES = 100

Body = dict[str, Any] | list[Any] | Template | str | float | bool | None


class Unfit(ValueError):
    """A value that would make another address of it."""


def read_url(fields: Fields) -> Template:
    """Where the request goes is written out: no value stands before the first slash behind the host.

    With a `service` the host is the configuration's.
    """
    url = fields.template("url", openly=True)
    literals = [piece for piece in url.pieces if isinstance(piece, str)]
    first = url.pieces[0] if url.pieces and isinstance(url.pieces[0], str) else ""
    origin = _ORIGIN.match(first)
    if fields.has("service"):
        if not first.startswith("/") or first.startswith("//"):
            fields.complain("url", mistake("path_wanted"))
    elif origin is None or (len(url.pieces) > 1 and origin.end() == len(first)):
        fields.complain("url", mistake("address_wanted"))
    elif not all(_LITERAL.fullmatch(piece) for piece in literals):
        fields.complain("url", mistake("no_address_character"))
    return url


def written_url(url: Template, scope: Scope) -> str:
    """Each value is quoted. Unfit for one that is empty, or one or two dots, where it would be a part of the path."""
    said, in_query = "", False
    for piece in url.pieces:
        if isinstance(piece, Slot):
            said += _quoted(as_text(evaluate(piece.tree, scope)), in_query)
        else:
            said += piece
            in_query = in_query or "?" in piece
    return said


def _quoted(value: str, in_query: bool) -> str:
    if not in_query and value.strip() in ("", ".", ".."):
        raise Unfit("a value that is no part of a path")
    return quote(value, safe="")


# ---- the body


def read_body(fields: Fields, name: str) -> Body:
    """What stands below the field: mappings, lists, and texts in which `{…}` stands for values."""
    found = fields.mapping(name)
    return _mapping(found) if found else None


def _mapping(fields: Fields) -> dict[str, Body]:
    return {name: _read(fields, name, value) for name, _, value in _few(fields, list(fields.entries()))}


def _read(fields: Fields, name: str, value: yaml.Node) -> Body:
    if isinstance(value, yaml.MappingNode):
        below = fields.fields_of(value, name)
        return _mapping(below) if below else {}
    if isinstance(value, yaml.SequenceNode):
        return [_read(fields, name, each) for each in _few(fields, value.value)]
    assert isinstance(value, yaml.ScalarNode)
    return fields.template_of(value, name) if "{" in value.value or "}" in value.value else _plain(value)


def _few(fields: Fields, entries: list[Any]) -> Iterator[Any]:
    if len(entries) > MAX_ENTRIES:
        fields.complain("json", mistake("too_many", count=len(entries), most=MAX_ENTRIES))
    return iter(entries[:MAX_ENTRIES])


def _plain(value: yaml.ScalarNode) -> Body:
    """As JSON has it: a number, true, false and null unless it stands in quotes."""
    said: str = value.value
    if value.style in ("'", '"', "|", ">"):
        return said
    if said in _WORDS:
        found: Body = _WORDS[said]
        return found
    return (float(said) if "." in said else int(said)) if _NUMBER.fullmatch(said) else said


def written_body(body: Body, scope: Scope) -> Any:
    """Plain data. A text that is one value alone keeps its kind: a number stays one."""
    if isinstance(body, dict):
        return {name: written_body(each, scope) for name, each in body.items()}
    if isinstance(body, list):
        return [written_body(each, scope) for each in body]
    if not isinstance(body, Template):
        return body
    if len(body.pieces) == 1 and isinstance(slot := body.pieces[0], Slot) and not slot.format:
        return _as_json(evaluate(slot.tree, scope))
    return written(body, scope)


def _as_json(value: Value) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return as_text(value)


class Header(msgspec.Struct, frozen=True):
    name: str
    value: Template
