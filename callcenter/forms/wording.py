"""What a type allows, and what was found instead, in words a person can act on."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from msgspec import inspect

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

_say = Sentences(
    {
        "truth": Text(en="true or false", zh="true 或 false"),
        "nothing": Text(en="nothing", zh="空值"),
        "moment": Text(en="a date and time", zh="日期和时间"),
        "day": Text(en="a day, YYYY-MM-DD", zh="日期 YYYY-MM-DD"),
        "anything": Text(en="anything", zh="任意值"),
        "either": Text(en="{one} or {other}", zh="{one}，或{other}"),
        "integer": Text(en="an integer{limits}", zh="{limits}整数"),
        "number": Text(en="a number{limits}", zh="{limits}数字"),
        "unlimited": Text(en="", zh=""),
        "between": Text(en=" between {low} and {high}", zh="{low} 到 {high} 的"),
        "at_least": Text(en=" of at least {low}", zh="不小于 {low} 的"),
        "above": Text(en=" of at least {low} (not itself)", zh="大于 {low} 的"),
        "at_most": Text(en=" of at most {high}", zh="不大于 {high} 的"),
        "text": Text(en="text", zh="文本"),
        "text_between": Text(en="text of {low} to {high} characters", zh="{low} 到 {high} 个字符的文本"),
        "text_at_least_one": Text(en="text of at least 1 character", zh="至少 1 个字符的文本"),
        "text_at_least": Text(en="text of at least {low} characters", zh="至少 {low} 个字符的文本"),
        "text_at_most": Text(en="text of at most {high} characters", zh="最多 {high} 个字符的文本"),
        "matching": Text(en="{text} matching {pattern}", zh="{text}，形如 {pattern}"),
        "one_of": Text(en="one of {names}", zh="{names} 之一"),
        "mapping_with": Text(en="a mapping with the keys {names}", zh="含有 {names} 各项的“字段: 值”"),
        "mapping_of": Text(en="a mapping of {key} to {value}", zh="由{key}到{value}的对应"),
        "list_of": Text(en="a list, each entry {entry}", zh="列表，每项为{entry}"),
        "path": Text(en="a path", zh="路径"),
        "named": Text(en="{name}", zh="{name}"),
    }
)
_PLAIN: dict[type[inspect.Type], str] = {
    inspect.BoolType: "truth",
    inspect.NoneType: "nothing",
    inspect.DateTimeType: "moment",
    inspect.DateType: "day",
    inspect.AnyType: "anything",
}
_LONGEST_SHOWN = 60


def allowed(annotation: Any) -> str:
    """E.g. `an integer between 1 and 65535`; a `description` in the annotation's Meta says it better and wins."""
    return allowed_text(annotation).en


def allowed_text(annotation: Any) -> Text:
    """As `allowed`; the Chinese for a `description` stands beside it, as `extra_json_schema={"x-zh": …}`."""
    return _describe(inspect.type_info(annotation))


def found(value: object) -> str:
    """The value as it would be written in JSON, shortened."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _describe(kind: inspect.Type) -> Text:
    if isinstance(kind, inspect.Metadata):
        described = (kind.extra_json_schema or {}).get("description")
        zh = (kind.extra_json_schema or {}).get("x-zh") or described
        return Text(en=str(described), zh=str(zh)) if described else _describe(kind.type)
    if isinstance(kind, inspect.UnionType):
        return _either([_describe(each) for each in kind.types])
    if isinstance(kind, inspect.IntType):
        return _say.phrase("integer", limits=_limits(kind))
    if isinstance(kind, inspect.FloatType):
        return _say.phrase("number", limits=_limits(kind))
    if isinstance(kind, inspect.StrType):
        return _describe_text(kind)
    if isinstance(kind, inspect.LiteralType):
        return _say.phrase("one_of", names=", ".join(map(str, kind.values)))
    return _describe_compound(kind)


def _either(choices: list[Text]) -> Text:
    said = choices[0]
    for other in choices[1:]:
        said = _say.phrase("either", one=said, other=other)
    return said


def _describe_compound(kind: inspect.Type) -> Text:
    if isinstance(kind, inspect.StructType | inspect.DataclassType):
        return _say.phrase("mapping_with", names=", ".join(each.encode_name for each in kind.fields))
    if isinstance(kind, inspect.DictType):
        return _say.phrase("mapping_of", key=_describe(kind.key_type), value=_describe(kind.value_type))
    if isinstance(kind, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return _say.phrase("list_of", entry=_describe(kind.item_type))
    if isinstance(kind, inspect.CustomType):
        return _say.phrase("path") if kind.cls.__name__ == "Path" else _say.phrase("named", name=kind.cls.__name__)
    plain = _PLAIN.get(type(kind))
    return (
        _say.phrase(plain) if plain else _say.phrase("named", name=type(kind).__name__.removesuffix("Type").lower())
    )


def _limits(kind: inspect.IntType | inspect.FloatType) -> Text:
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    if low is not None and high is not None:
        short = abs(high) < 1e6
        return _say.phrase("between", low=f"{low:g}" if short else low, high=f"{high:g}" if short else high)
    if low is not None:
        return _say.phrase("at_least" if kind.gt is None else "above", low=low)
    return _say.phrase("unlimited") if high is None else _say.phrase("at_most", high=high)


def _describe_text(kind: inspect.StrType) -> Text:
    low, high = kind.min_length, kind.max_length
    if low and high:
        said = _say.phrase("text_between", low=low, high=high)
    elif low:
        said = _say.phrase("text_at_least_one" if low == 1 else "text_at_least", low=low)
    else:
        said = _say.phrase("text_at_most", high=high) if high else _say.phrase("text")
    return _say.phrase("matching", text=said, pattern=kind.pattern) if kind.pattern else said


def complaint(error: msgspec.ValidationError) -> str:
    """msgspec's own message without its path, for what only a struct's own check can say."""
    return str(error).partition(" - at `")[0]
