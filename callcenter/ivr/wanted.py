"""Values that a node takes out of what came of work outside: where each is found, and its kind."""

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from callcenter.ivr.fields import Fields
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.values import KINDS, Kind, Value, ValueProblem, as_kind

_STAND_INS: dict[Kind, str] = {"text": "", "number": "0", "date": "2000-01-01", "bool": "false"}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: where in the outcome. `default`: what there is when nothing is found; None: then the work has failed."""

    at: str
    kind: Kind = "text"
    secret: bool = False
    default: Value | None = None


class Taken(msgspec.Struct, frozen=True):
    values: Mapping[str, Value]
    secrets: Mapping[str, Value]


def read_wanted(fields: Fields, where: str, by: str = "next", name: str = "values") -> dict[str, Wanted]:
    """The mapping `values`: `name: place`, or `name: {<where>: place, kind: …, secret: …, default: …}`.

    They are set when the call goes on by the field `by`.
    """
    found, wanted = fields.mapping(name), dict[str, Wanted]()
    if found is None:
        return wanted
    for each, at, value in found.entries():
        if isinstance(at, yaml.ScalarNode):
            found.named_value(at, each)
        wanted[each] = _one(found, each, value, where)
        found.sets(each, wanted[each].kind, wanted[each].secret, by)
    return wanted


def _one(fields: Fields, name: str, value: yaml.Node, where: str) -> Wanted:
    if isinstance(value, yaml.ScalarNode):
        scalar = fields.scalar_of(value, name)
        return Wanted(at=scalar.value if scalar else "")
    below = fields.fields_of(value, name)
    if below is None:
        return Wanted(at="")
    kind = below.choice("kind", {each: each for each in KINDS}, "text")
    wanted = Wanted(
        at=below.word(where), kind=kind, secret=below.flag("secret", False), default=_default(below, kind)
    )
    below.finish()
    return wanted


def _default(fields: Fields, kind: Kind) -> Value | None:
    written = fields.written("default")
    if written is None:
        return None
    try:
        return as_kind(written, kind)
    except ValueProblem as problem:
        fields.complain("default", mistake("bad_default", value=written, trouble=problem.said))
        return as_kind(_STAND_INS[kind], kind)


def places(wanted: Mapping[str, Wanted]) -> dict[str, str]:
    """As work outside asks for them; a place with `?` behind it may be empty."""
    return {name: each.at + ("" if each.default is None else "?") for name, each in wanted.items()}


def take(wanted: Mapping[str, Wanted], found: Mapping[str, Any]) -> Taken:
    """ValueProblem when one is missing or of another kind."""
    values: dict[str, Value] = {}
    secrets: dict[str, Value] = {}
    for name, each in wanted.items():
        into = secrets if each.secret else values
        into[name] = _taken(each, found.get(name))
    return Taken(values, secrets)


def _taken(wanted: Wanted, found: Any) -> Value:
    if found is None or (found == "" and wanted.kind != "text"):
        if wanted.default is None:
            raise ValueProblem(mistake("nothing_there"))
        return wanted.default
    return as_kind(found, wanted.kind)
