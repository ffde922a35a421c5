"""Values out of a service's JSON: only what was asked for, and only what can be spoken or compared."""

from collections.abc import Mapping
from typing import Any

import msgspec

Plain = str | int | float | bool
LONGEST_TEXT = 1000
LARGEST_NUMBER = 1e15


class Unreadable(ValueError):
    """No JSON, or a value of another kind than a text, a number, or true and false."""


class Missing(LookupError):
    """There is nothing at a path that was asked for."""


def values_in(body: bytes, paths: Mapping[str, str]) -> dict[str, Plain]:
    """Each name's value at its path: keys and places in lists, with dots between, as `orders.0.total`.

    `orders.#` is the number of entries of a list. A path that ends in `?` may lead nowhere. Unreadable, Missing.
    """
    if not paths:
        return {}
    content = _json(body)
    found = ((name, _at(content, path.removesuffix("?")), path.endswith("?")) for name, path in paths.items())
    values: dict[str, Plain] = {}
    for name, value, optional in found:
        if value is not None:
            values[name] = _plain(value)
        elif not optional:
            raise Missing(name)
    return values


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("the answer is no JSON") from error


def _at(content: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(content, dict):
            content = content.get(step)
        elif isinstance(content, list):
            content = _entry(content, step)
        else:
            return None
    return content


def _entry(entries: list[Any], step: str) -> Any:
    if step == "#":
        return len(entries)
    place = int(step) if step.isascii() and step.isdigit() and len(step) < 6 else len(entries)
    return entries[place] if place < len(entries) else None


def _plain(value: Any) -> Plain:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER:
        return value
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return "".join(char if char.isprintable() else " " for char in value)
    raise Unreadable("a value is a list or a mapping, or larger than can be said")
