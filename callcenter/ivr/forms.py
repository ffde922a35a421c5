"""What can be filled in at each kind of node: told by watching the kind read the example of its own docstring.

So a new kind has a form as soon as it can be read. `type` is the name of the method of `fields.Fields` that reads the
field (`target`, `number`, `optional_speech`, …); whoever does not know a type can still let its text be edited.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import yaml

from callcenter.ivr.fields import Fields
from callcenter.ivr.gathered import Reading
from callcenter.ivr.nodes import KINDS
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.problems import Problems
from callcenter.ivr.yaml_source import compose

_EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_ROW = re.compile(r"^\|(?P<names>[^|]*`[^|]*)\|(?P<default>[^|]*)\|(?P<about>.*)\|$", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")
_LOOKED_FOR = "has"  # it may be there; what reads it then tells the type
_OPTIONAL = frozenset({_LOOKED_FOR, "optional_speech", "levels", "key", "choice", "flag", "written", "scalars"})
_STRUCTURE = frozenset(
    {"fields_of", "inside", "entries", "scalar_of", "finish", "wrong", "complain", "missing", "is_key", "text"}
    | {"sets", "note_uses", "named_value", "template_of"}
)


class FieldForm(msgspec.Struct, kw_only=True):
    """`default` as it would be written, empty: none. `of`: what the fields below it hold, or its values.

    `known`: from which ids of the centre or the flow the value comes, as the reading names them.
    """

    name: str
    type: str
    required: bool = False
    default: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    known: str = ""
    about: str = ""
    of: list["FieldForm"] = []


class KindForm(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    about: str
    example: str
    asks: bool
    ends: bool
    fields: tuple[FieldForm, ...]


def forms() -> tuple[KindForm, ...]:
    return tuple(form_of(kind, node) for kind, node in KINDS.items())


def form_of(kind: str, node: type[NodeKind]) -> KindForm:
    page = inspect.cleandoc(node.__doc__ or "")
    example = _example(page)
    watched = _watch(node, example)
    told = {name: row["about"].strip() for row in _ROW.finditer(page) for name in _NAME.findall(row["names"])}
    _explain(watched, told, "")
    places = list(told)
    watched.sort(key=lambda form: places.index(form.name) if form.name in told else len(places))
    about = page.split("\n\n", 1)[0].replace("\n", " ")
    return KindForm(kind=kind, about=about, example=example, asks=node.asks, ends=node.ends, fields=tuple(watched))


def _example(page: str) -> str:
    found = _EXAMPLE.search(page)
    return found[1].strip() if found else ""


def _watch(node: type[NodeKind], example: str) -> list[FieldForm]:
    root = compose(example, Problems("")) if example else None
    values = [value for _, value in root.value if isinstance(value, yaml.MappingNode)] if root else []
    empty = yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark("", 0, 0, 0, "", 0))
    reading = Reading(problems=Problems(""), references=[], uses=[], settings=[])
    watched = _Watched(values[0] if values else empty, reading)
    watched.word("kind")
    watched.forms.clear()
    node.read(watched)
    return watched.forms


def _explain(forms: list[FieldForm], told: dict[str, str], below: str) -> None:
    for form in forms:
        names = ("say", "play") if form.name == "say" else (form.name,)
        form.about = next((told[below + name] for name in names if below + name in told), "")
        _explain(form.of, told, f"{below}{form.name}.")


class _Watched(Fields):
    """Notes every field it is asked for, of the outermost question alone."""

    def __init__(self, mapping: yaml.MappingNode, reading: Reading, node: str = "") -> None:
        super().__init__(mapping, reading, node)
        self.forms: list[FieldForm] = []
        self._depth = 0

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not inspect.ismethod(found):
            return found
        return _noting(self, name, found)

    def fields_of(self, value: yaml.Node, name: str) -> Fields | None:
        """The fields of a mapping below; what they are asked for is noted at the field they belong to."""
        if not isinstance(value, yaml.MappingNode):
            return super().fields_of(value, name)
        below = _Watched(value, self.reading, self.node)
        holder = self._holder(name.split(".")[0])
        if holder is not None and not holder.of:
            below.forms = holder.of
        return below

    def _holder(self, name: str) -> FieldForm | None:
        return next((form for form in reversed(self.forms) if form.name == name), None)


def _noting(watched: _Watched, method: str, found: Callable[..., Any]) -> Callable[..., Any]:
    def asked(*given: Any, **named: Any) -> Any:
        if watched._depth == 0:
            _note(watched, method, found, given, named)
        watched._depth += 1
        try:
            answer = found(*given, **named)
            return list(answer) if isinstance(answer, Iterator) else answer
        finally:
            watched._depth -= 1

    return asked


def _note(watched: _Watched, method: str, found: Callable[..., Any], given: Any, named: Any) -> None:
    if method == "reference":
        _values_are_nodes(watched)
        return
    if method in _STRUCTURE:
        return
    signature = inspect.signature(found)
    arguments = signature.bind(*given, **named)
    arguments.apply_defaults()
    form = _form(method, arguments.arguments)
    if form is None:
        return
    known = watched._holder(form.name)
    if known is None:
        watched.forms.append(form)
    elif known.type == _LOOKED_FOR != method:
        watched.forms[watched.forms.index(known)] = form


def _values_are_nodes(watched: _Watched) -> None:
    """A value of the field asked for last was taken for the id of a node."""
    if watched.forms and not watched.forms[-1].of:
        watched.forms[-1].of.append(FieldForm(name="", type="target", required=True))


def _form(method: str, given: dict[str, Any]) -> FieldForm | None:
    name = given.get("name", "say" if "speech" in method else None)
    if not isinstance(name, str):
        return None
    optional = method in _OPTIONAL or given.get("default") is not None or given.get("required") is False
    choices = given.get("choices")
    kind = given.get("kind")
    return FieldForm(
        name=name,
        type=method,
        required=not optional,
        default="" if method == "target" else _written(given.get("default"), choices, given.get("least")),
        least=given.get("least"),
        most=given.get("most"),
        choices=tuple(map(str, choices)) if choices else (),
        known=kind if isinstance(kind, str) else "",
    )


def _written(default: Any, choices: Any, least: float | None) -> str:
    """Empty as well for a stand-in outside of what is allowed."""
    if least is not None and isinstance(default, int | float) and default < least:
        return ""
    if isinstance(choices, dict):
        return next((word for word, meaning in choices.items() if meaning == default), "")
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, int | float):
        return f"{default:g}"
    return default if isinstance(default, str) else ""
