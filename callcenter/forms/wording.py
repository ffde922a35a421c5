"""What a type allows, and what was found instead, in words a person can act on."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from msgspec import inspect

_PLAIN: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
    inspect.DateTimeType: "a date and time",
    inspect.DateType: "a day, YYYY-MM-DD",
    inspect.AnyType: "anything",
}
_LONGEST_SHOWN = 60


def allowed(annotation: Any) -> str:
    """E.g. `an integer between 1 and 65535`; a `description` in the annotation's Meta says it better and wins."""
    return _describe(inspect.type_info(annotation))


def found(value: object) -> str:
    """The value as it would be written in JSON, shortened."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _describe(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata):
        described = (kind.extra_json_schema or {}).get("description")
        return str(described) if described else _describe(kind.type)
    if isinstance(kind, inspect.UnionType):
        return " or ".join(_describe(each) for each in kind.types)
    if isinstance(kind, inspect.IntType):
        return f"an integer{_limits(kind)}"
    if isinstance(kind, inspect.FloatType):
        return f"a number{_limits(kind)}"
    if isinstance(kind, inspect.StrType):
        return _describe_text(kind)
    if isinstance(kind, inspect.LiteralType):
        return f"one of {', '.join(map(str, kind.values))}"
    return _describe_compound(kind)


def _describe_compound(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.StructType | inspect.DataclassType):
        return f"a mapping with the keys {', '.join(each.encode_name for each in kind.fields)}"
    if isinstance(kind, inspect.DictType):
        return f"a mapping of {_describe(kind.key_type)} to {_describe(kind.value_type)}"
    if isinstance(kind, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return f"a list, each entry {_describe(kind.item_type)}"
    if isinstance(kind, inspect.CustomType):
        return "a path" if kind.cls.__name__ == "Path" else kind.cls.__name__
    return _PLAIN.get(type(kind), type(kind).__name__.removesuffix("Type").lower())


def _limits(kind: inspect.IntType | inspect.FloatType) -> str:
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    above = "" if kind.gt is None else " (not itself)"
    if low is not None and high is not None:
        return f" between {low:g} and {high:g}" if abs(high) < 1e6 else f" between {low} and {high}"
    if low is not None:
        return f" of at least {low}{above}"
    return "" if high is None else f" of at most {high}"


def _describe_text(kind: inspect.StrType) -> str:
    said = "text"
    if kind.min_length and kind.max_length:
        said += f" of {kind.min_length} to {kind.max_length} characters"
    elif kind.min_length:
        said += f" of at least {kind.min_length} character{'s' if kind.min_length > 1 else ''}"
    elif kind.max_length:
        said += f" of at most {kind.max_length} characters"
    return f"{said} matching {kind.pattern}" if kind.pattern else said


def complaint(error: msgspec.ValidationError) -> str:
    """msgspec's own message without its path, for what only a struct's own check can say."""
    return str(error).partition(" - at `")[0]
