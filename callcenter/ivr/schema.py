"""The flow language as a JSON Schema (2020-12), for editors that complete and check while a flow is written.

python -m callcenter.ivr.schema > docs/flow.schema.json

Made from what the kinds of nodes read (`ivr.forms`), so a new kind is in it by itself. It is a little more generous
than the parser: what names something, and whether nodes hang together, is told by `callcenter flow check`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from callcenter.calls.languages import LANGUAGES
from callcenter.ivr.fields import MAX_TEXT, MAX_TITLE
from callcenter.ivr.forms import FieldForm, KindForm, forms
from callcenter.ivr.values import KINDS as VALUE_KINDS

Schema = dict[str, Any]

_SLUG: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_TEXT: Schema = {"type": ["string", "number"], "maxLength": MAX_TEXT}
_TEXTS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(LANGUAGES, _TEXT),
    "required": list(LANGUAGES),
    "additionalProperties": False,
}
_TITLE: Schema = {
    **_TEXTS,
    "properties": {language: {**_TEXT, "maxLength": MAX_TITLE} for language in LANGUAGES},
    "description": "what people read for the node's id, in the pages",
}
_SPOKEN: Schema = {"say": {"$ref": "#/$defs/texts"}, "play": _SLUG}
_ONE_SPEECH: Schema = {"oneOf": [{"required": ["say"]}, {"required": ["play"]}]}
_NO_TWO: Schema = {"not": {"required": ["say", "play"]}}
_KEY: Schema = {
    "anyOf": [{"type": "string", "pattern": "^[0-9*#]$"}, {"type": "integer", "minimum": 0, "maximum": 9}]
}


def schema() -> Schema:
    kinds = forms()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A call flow",
        "type": "object",
        "properties": {
            "flow": {**_SLUG, "description": "the id of the flow, by which numbers and queues of the centre name it"},
            "name": {"$ref": "#/$defs/texts", "description": "what people read in the pages"},
            "start": {**_SLUG, "description": "the node the call begins at"},
            "takes": {"type": "object", "additionalProperties": {"enum": [*VALUE_KINDS, "secret"]}},
            "gives": {"type": "array", "items": _SLUG},
            "nodes": {"type": "object", "minProperties": 1, "additionalProperties": _node(kinds)},
        },
        "required": ["flow", "name", "start", "nodes"],
        "additionalProperties": False,
        "$defs": {"texts": _TEXTS, "title": _TITLE, **{f"kind_{form.kind}": _kind(form) for form in kinds}},
    }


def page() -> str:
    return msgspec.json.format(msgspec.json.encode(schema()), indent=1).decode() + "\n"


def _node(kinds: tuple[KindForm, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {"kind": {"enum": [form.kind for form in kinds]}},
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": form.kind}}},
                "then": {"$ref": f"#/$defs/kind_{form.kind}"},
            }
            for form in kinds
        ],
    }


def _kind(form: KindForm) -> Schema:
    common: Schema = {"kind": {"const": form.kind}, "title": {"$ref": "#/$defs/title"}}
    return {"description": form.about, **_object(form.fields, common)}


def _object(fields: tuple[FieldForm, ...], properties: Schema) -> Schema:
    """Of exactly these fields. What is said stands for two of them: `say` or `play`."""
    required = ["kind"] if "kind" in properties else []
    found: Schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    for field in fields:
        if field.type in ("speech", "optional_speech"):
            properties |= _SPOKEN
            found |= _ONE_SPEECH if field.type == "speech" else _NO_TWO
            continue
        about = {"description": field.about} if field.about else {}
        properties[field.name] = {**_FIELDS.get(field.type, _anything)(field), **about}
        if field.required:
            required.append(field.name)
    return found


def _anything(field: FieldForm) -> Schema:
    return {}


def _number(field: FieldForm) -> Schema:
    least = {} if field.least is None else {"minimum": field.least}
    most = {} if field.most is None else {"maximum": field.most}
    return {"type": "integer" if field.type == "count" else "number", **least, **most}


def _choice(field: FieldForm) -> Schema:
    """YAML reads `true` as what it is, whatever the field makes of it."""
    plain = [{"true": True, "false": False}.get(word, word) for word in field.choices]
    return {"enum": list(dict.fromkeys([*plain, *field.choices]))}


def _keys(field: FieldForm) -> Schema:
    """A key may lead to a node, choose a language, or have fields of its own."""
    below = _SCALAR if all(each.name == "" for each in field.of) else {"type": "object"}
    return {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {"^[0-9*#]$": below},
        "additionalProperties": False,
    }


def _sequence(field: FieldForm) -> Schema:
    entry = _object(tuple(field.of), {})
    return {"type": "array", "minItems": 1, "items": {**entry, "additionalProperties": True}}


_FIELDS: dict[str, Callable[[FieldForm], Schema]] = {
    **dict.fromkeys(("target", "slug", "value_name"), lambda _: _SLUG),
    **dict.fromkeys(("word", "expression", "template", "one_of", "queue"), lambda _: _SCALAR),
    **dict.fromkeys(("number", "count"), _number),
    "flag": lambda _: {"type": "boolean"},
    "choice": _choice,
    "key": lambda _: _KEY,
    "keys": _keys,
    "sequence": _sequence,
    "mapping": lambda _: {"type": "object"},
    "levels": lambda _: {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 10}},
    "speech_under": lambda _: {"type": "object", "properties": _SPOKEN, **_ONE_SPEECH, "additionalProperties": False},
    "scalars": lambda _: {"type": "array", "items": _SCALAR},
}


if __name__ == "__main__":
    print(page(), end="")
