"""Bad input in words: which field, what was found, what is allowed."""

import re
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from callcenter.forms.wording import allowed
from callcenter.web.errors import ApiError

_PLACE = re.compile(r" - at `\$(?P<path>.*)`$")
_NAMED_FIELD = re.compile(r"(unknown|required) field `(?P<field>[^`]*)`")
_STEP = re.compile(r"\.(?P<field>[^.\[]+)|(?P<index>\[[^\]]*\])")


def bad_value(error: msgspec.ValidationError, shape: type) -> ApiError:
    """E.g. `by_s: Expected int >= 10; allowed: an integer between 10 and 600`."""
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else ""
    said = (text[: place.start()] if place else text).replace("`", "")
    named = _NAMED_FIELD.search(text)
    within = _annotation_at(shape, path)
    if named:
        path = f"{path}.{named['field']}"
        said = "is not known here" if named[1] == "unknown" else "is missing"
    expected = _fields_of(within) if named and named[1] == "unknown" else allowed(_annotation_at(shape, path))
    field = path.lstrip(".")
    return ApiError("bad_value", f"{field or 'the body'}: {said}; allowed: {expected}", field=field)


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
