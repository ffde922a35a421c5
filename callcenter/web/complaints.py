"""Bad input in words: which field, what was found, what is allowed."""

import re
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from callcenter.forms.wording import allowed
from callcenter.web.errors import ApiError

_PLACE = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>.*)`$")
_NAMED_FIELD = re.compile(r"(unknown|required) field `(?P<field>[^`]*)`")
_STEP = re.compile(r"\.(?P<field>[^.\[]+)|(?P<index>\[[^\]]*\])")


def bad_value(error: msgspec.ValidationError, shape: type) -> ApiError:
    """E.g. `by_s: Expected int >= 10; allowed: an integer between 10 and 600`."""
    field, said = complaint(error, shape)
    return ApiError("bad_value", f"{field or 'the body'}: {said}", field=field)


def complaint(error: msgspec.ValidationError, shape: type) -> tuple[str, str]:
    """The field to blame, as in `queues[0].ring_s` (empty: the whole), and what is wrong with it and allowed."""
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else ""
    said = (text[: place.start()] if place else text).replace("`", "")
    named = _NAMED_FIELD.search(text)
    within = _annotation_at(shape, path)
    if named:
        path = f"{path}.{named['field']}"
        said = "is not known here" if named[1] == "unknown" else "is missing"
    if place and place["key"]:
        said, expected = f"a key of it: {said}", allowed(_key_of(_bare(within)))
    else:
        expected = _fields_of(within) if named and named[1] == "unknown" else allowed(_annotation_at(shape, path))
    return path.lstrip("."), f"{said}; allowed: {expected}"


def _fields_of(annotation: Any) -> str:
    names = [field.encode_name for field in msgspec.structs.fields(annotation)]
    return ", ".join(names) or "no fields at all"


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
