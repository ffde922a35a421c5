"""Bad input in words: which field, what was found, what is allowed."""

import re
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from callcenter.calls.complaint import Complaint, Sentences
from callcenter.calls.languages import Text
from callcenter.forms.wording import allowed_text
from callcenter.web.errors import ApiError

mistake = Sentences(
    {
        "of": Text(en="{place}: {said}", zh="{place}：{said}"),
        "body": Text(en="the body", zh="内容"),
        "unknown_field": Text(en="is not known here; allowed: {allowed}", zh="这里没有此项；可用：{allowed}"),
        "missing": Text(en="is missing; allowed: {allowed}", zh="缺少此项；应为{allowed}"),
        "not_allowed": Text(en="{english}; allowed: {allowed}", zh="不可用；应为{allowed}"),
        "bad_key": Text(en="a key of it: {english}; allowed: {allowed}", zh="其中有不可用的键；应为{allowed}"),
        "no_query": Text(
            en="is not known here; nothing may stand behind the ?", zh="这里没有此项；此地址的 ? 后面不能有任何内容"
        ),
        "no_fields": Text(en="no fields at all", zh="没有任何项"),
    }
)

_PLACE = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>.*)`$")
_NAMED_FIELD = re.compile(r"(unknown|required) field `(?P<field>[^`]*)`")
_STEP = re.compile(r"\.(?P<field>[^.\[]+)|(?P<index>\[[^\]]*\])")


def bad_value(error: msgspec.ValidationError, shape: type) -> ApiError:
    """E.g. `by_s: Expected int >= 10; allowed: an integer between 10 and 600`."""
    field, said = complaint(error, shape)
    refused = ApiError("bad_value", mistake.phrase("of", place=field or mistake.phrase("body"), said=said))
    refused.field = field
    return refused


def unknown_key(key: str, shape: type | None) -> ApiError:
    """A key of a query that `shape` has not; None: no query is taken at all."""
    said = mistake("unknown_field", allowed=_fields_of(shape)) if shape else mistake("no_query")
    refused = ApiError("bad_value", mistake.phrase("of", place=key[:40], said=said))
    refused.field = key[:40]
    return refused


def complaint(error: msgspec.ValidationError, shape: type) -> tuple[str, Complaint]:
    """The field to blame, as in `queues[0].ring_s` (empty: the whole), and what is wrong with it and allowed."""
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else ""
    said = (text[: place.start()] if place else text).replace("`", "")
    named = _NAMED_FIELD.search(text)
    within = _annotation_at(shape, path)
    if named:
        path = f"{path}.{named['field']}"
    return path.lstrip("."), _said(said, named[1] if named else "", bool(place and place["key"]), within, shape, path)


def _said(english: str, named: str, of_key: bool, within: Any, shape: type, path: str) -> Complaint:
    if named == "unknown":
        return mistake("unknown_field", allowed=_fields_of(within))
    if named:
        return mistake("missing", allowed=allowed_text(_annotation_at(shape, path)))
    if of_key:
        return mistake("bad_key", english=english, allowed=allowed_text(_key_of(_bare(within))))
    return mistake("not_allowed", english=english, allowed=allowed_text(_annotation_at(shape, path)))


def _fields_of(annotation: Any) -> str | Text:
    names = [field.encode_name for field in msgspec.structs.fields(annotation)]
    return ", ".join(names) or mistake.phrase("no_fields")


def _annotation_at(shape: Any, path: str) -> Any:
    """The annotation of the field that `path` (as in msgspec's messages) leads to."""
    annotation = shape
    for step in _STEP.finditer(path):
        bare = _bare(annotation)
        annotation = _item_of(bare) if step["index"] else _field_of(bare, step["field"])
    return annotation


def _bare(annotation: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    if type(None) in get_args(annotation) and len(choices) == 1:
        return _bare(choices[0])
    return annotation


def _key_of(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is dict else Any


def _item_of(annotation: Any) -> Any:
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if arguments else Any


def _field_of(annotation: Any, name: str) -> Any:
    if not (isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)):
        return Any
    hints = get_type_hints(annotation, include_extras=True)
    found = [field for field in msgspec.structs.fields(annotation) if field.encode_name == name]
    return hints[found[0].name] if found else Any
