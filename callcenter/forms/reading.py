"""Text -> struct. A shape is a msgspec Struct or dataclass whose annotations carry the limits."""

from __future__ import annotations

import types
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml
from msgspec import inspect

from callcenter.forms.wording import allowed, complaint, found

Shape = TypeVar("Shape")
_UNIONS = (Union, types.UnionType)
_WRONG = object()


class FormProblem(msgspec.Struct, frozen=True):
    """One thing to mend. `line` counts from 1; `key` is a path like `asterisk.trunks[0].host`, empty for the file."""

    origin: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.origin}:{self.line}: "
        return where + (f"{self.key}: " if self.key else "") + self.message


class FormError(Exception):
    """A file that cannot be used. `problems` has all that is wrong with it, in the order of the lines."""

    def __init__(self, problems: list[FormProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


def read(path: Path, shape: type[Shape]) -> Shape:
    """Reads a UTF-8 file; relative paths in it count from its folder. Raises FormError, also when unreadable."""
    return parse(read_text(path), str(path), shape, path.absolute().parent)


def read_text(path: Path) -> str:
    """The file's text; FormError when it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text"
        raise FormError([FormProblem(str(path), 1, "", f"cannot be read: {reason}")]) from error


def parse(text: str, origin: str, shape: type[Shape], folder: Path | None = None) -> Shape:
    """`origin` names the text in messages; relative paths count from `folder` (default: the working folder)."""
    node = _compose(text, origin)
    reading = _Reading(origin, folder or Path.cwd())
    value = reading.walk(node, shape, "")
    if reading.problems:
        raise FormError(reading.problems)
    try:
        return msgspec.convert(value, shape, dec_hook=reading.path)
    except msgspec.ValidationError as error:
        key = str(error).partition(" - at `$")[2].strip("`").lstrip(".")
        line = reading.lines.get(key, 1)
        raise FormError([FormProblem(origin, line, key, complaint(error))]) from error


def _compose(text: str, origin: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = ", ".join(filter(None, [error.context, error.problem]))
        raise FormError([FormProblem(origin, line, "", f"not valid YAML: {said}")]) from error
    except yaml.YAMLError as error:
        raise FormError([FormProblem(origin, 1, "", f"not valid YAML: {error}")]) from error
    return node or yaml.MappingNode("tag:yaml.org,2002:map", [], _start(), _start())


def _start() -> yaml.Mark:
    return yaml.Mark("", 0, 0, 0, "", 0)


class _Reading:
    """One pass over one file: gathers problems, and the line of every key for what is found out later."""

    def __init__(self, origin: str, folder: Path) -> None:
        self.origin = origin
        self.folder = folder
        self.problems: list[FormProblem] = []
        self.lines: dict[str, int] = {}
        self._loader = yaml.SafeLoader("")

    def path(self, kind: type, value: object) -> object:
        """msgspec's hook for what it does not know: paths, counted from the file's folder."""
        if kind is Path and isinstance(value, str) and value:
            return self.folder / Path(value).expanduser()
        raise ValueError(f"expected a path, found {found(value)}")

    def walk(self, node: yaml.Node, annotation: Any, key: str) -> Any:
        self.lines[key] = node.start_mark.line + 1
        bare = _bare(annotation)
        if (struct := _struct_in(bare)) is not None and not _is_empty_choice(node, bare):
            return self._mapping(node, struct, key)
        if isinstance(node, yaml.SequenceNode) and (item := _item_of(bare)) is not None:
            return [self.walk(each, item, f"{key}[{i}]") for i, each in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode) and (entry := _entry_of(bare)) is not None:
            self._check_names(node, get_args(bare)[0], key)
            return {name: self.walk(each, entry, _below(key, name)) for name, each in self._entries(node, key)}
        return self._leaf(node, annotation, key)

    def _mapping(self, node: yaml.Node, struct: type, key: str) -> Any:
        if _is_null(node):
            node = yaml.MappingNode("tag:yaml.org,2002:map", [], node.start_mark, node.end_mark)
        if not isinstance(node, yaml.MappingNode):
            return self._wrong(node, key, f"expected {allowed(struct)}, found {found(self._value(node))}")
        shapes = _fields(struct)
        values = {}
        for name, each in self._entries(node, key):
            if name in shapes:
                values[name] = self.walk(each, shapes[name][0], _below(key, name))
            else:
                self._wrong(each, _below(key, name), _unknown(name, list(shapes)))
        for name, (annotation, required) in shapes.items():
            if required and name not in values:
                self._wrong(node, _below(key, name), f"is missing; expected {allowed(annotation)}")
        return values

    def _entries(self, node: yaml.MappingNode, key: str) -> list[tuple[str, yaml.Node]]:
        entries: dict[str, yaml.Node] = {}
        for name_node, each in node.value:
            name = str(name_node.value)
            if name in entries:
                self._wrong(name_node, _below(key, name), "is there twice; keep one of them")
            entries[name] = each
        return list(entries.items())

    def _check_names(self, node: yaml.MappingNode, annotation: Any, key: str) -> None:
        """Of a mapping with free names: those that its type does not allow."""
        for name_node, _ in node.value:
            name = str(name_node.value)
            try:
                msgspec.convert(name, annotation, strict=False)
            except msgspec.ValidationError:
                self._wrong(name_node, _below(key, name), f"expected {allowed(annotation)}, found {found(name)}")

    def _leaf(self, node: yaml.Node, annotation: Any, key: str) -> Any:
        value = self._value(node)
        if value is _WRONG:
            return self._wrong(node, key, f"expected {allowed(annotation)}, found {node.value!r}")
        try:
            msgspec.convert(value, annotation, dec_hook=self.path)
        except msgspec.ValidationError:
            return self._wrong(node, key, f"expected {allowed(annotation)}, found {found(value)}")
        return value

    def _value(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            return _WRONG

    def _wrong(self, node: yaml.Node, key: str, message: str) -> Any:
        self.problems.append(FormProblem(self.origin, node.start_mark.line + 1, key, message))
        return _WRONG


def _fields(struct: type) -> dict[str, tuple[Any, bool]]:
    """Name in the file -> (annotation, required)."""
    hints = get_type_hints(struct, include_extras=True)
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType | inspect.DataclassType)
    return {each.encode_name: (hints[each.name], each.required) for each in info.fields}


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _struct_in(bare: Any) -> type | None:
    """The struct that is meant, also behind `| None`."""
    choices = [_bare(each) for each in get_args(bare)] if get_origin(bare) in _UNIONS else [bare]
    structs = [each for each in choices if isinstance(each, type) and _is_struct(each)]
    return structs[0] if len(structs) == 1 else None


def _is_struct(kind: type) -> bool:
    return issubclass(kind, msgspec.Struct) or hasattr(kind, "__dataclass_fields__")


def _item_of(bare: Any) -> Any:
    args = get_args(bare)
    return args[0] if get_origin(bare) in (list, tuple, set, frozenset) and args else None


def _entry_of(bare: Any) -> Any:
    return get_args(bare)[1] if _is_mapping(bare) else None


def _is_mapping(bare: Any) -> bool:
    origin = get_origin(bare)
    return isinstance(origin, type) and issubclass(origin, Mapping) and len(get_args(bare)) == 2


def _is_empty_choice(node: yaml.Node, bare: Any) -> bool:
    return _is_null(node) and type(None) in get_args(bare)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _below(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _unknown(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    guess = f" (did you mean {close[0]}?)" if close else ""
    return f"is no key known here{guess}; allowed: {', '.join(known)}"
