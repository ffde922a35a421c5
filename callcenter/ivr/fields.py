"""Reading the fields of one mapping, with every problem noted at its line.

A field that is missing or wrong yields a stand-in, so that reading goes on and finds the other
problems too; nothing read from a file with problems is ever used.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

import yaml

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import LANGUAGES, Language, Text
from callcenter.ivr.expression import Constant, ExpressionError, Tree, assured, read
from callcenter.ivr.flow import Speech
from callcenter.ivr.gathered import Reading, Reference, Setting, Use
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.problems import allowed
from callcenter.ivr.template import Template, template
from callcenter.ivr.values import NAME, Kind
from callcenter.ivr.yaml_source import line_of

KEYS = "0123456789*#"
MAX_TEXT = 1000
MAX_TITLE = 40
SLUG = re.compile(r"[a-z][a-z0-9_]{0,31}")

Choice = TypeVar("Choice")

RESERVED = frozenset({"and", "or", "not", "in", "true", "false", "call", "customer"})
NOTHING = Constant("")

_RESERVED = ", ".join(sorted(RESERVED))
_STAND_IN = Text(zh="-", en="-")
_TRUE_FALSE = {"true": True, "false": False}


class Fields:
    """The fields of one mapping. `node` names the flow's node it belongs to (empty: none)."""

    def __init__(self, mapping: yaml.MappingNode, reading: Reading, node: str = "") -> None:
        self.line = line_of(mapping)
        self.node = node
        self.reading = reading
        self._asked: list[str] = []
        self._values = self._unique(mapping)

    # ---- plain fields

    def word(self, name: str, default: str | None = None) -> str:
        """One scalar, as written; required when there is no default."""
        value = self._scalar(name, required=default is None)
        return (default or "") if value is None else value.value

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        return self._value(name, required=False) is not None

    def written(self, name: str) -> str | None:
        """One scalar as written, an empty one too; None when the field is not there."""
        value = self._value(name, required=False)
        if value is not None and not isinstance(value, yaml.ScalarNode):
            self.scalar_of(value, name)
        return str(value.value) if isinstance(value, yaml.ScalarNode) else None

    def choice(self, name: str, choices: Mapping[str, Choice], default: Choice) -> Choice:
        value = self._scalar(name, required=False)
        if value is None:
            return default
        if value.value not in choices:
            self.complain(name, mistake("not_one_of", value=value.value, names=", ".join(choices)))
        return choices.get(value.value, default)

    def flag(self, name: str, default: bool) -> bool:
        return self.choice(name, _TRUE_FALSE, default)

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self._scalar(name, required=False)
        return default if value is None else self._bounded(name, value, least, most)

    def count(self, name: str, default: int, least: int, most: int) -> int:
        number = self.number(name, default, least, most)
        if number != int(number):
            self.complain(name, mistake("not_whole", value=f"{number:g}"))
        return int(number)

    def slug(self, name: str) -> str:
        value = self._scalar(name)
        if value is not None and not SLUG.fullmatch(value.value):
            self.complain(name, mistake("not_slug", value=value.value))
        return "" if value is None else value.value

    # ---- what flows are made of

    def target(self, name: str, default: str | None = None, way: str = "") -> str:
        """The id of a node to go to; required when there is no default. `way`: its field as the node knows it, when
        it is not that of the node itself."""
        value = self._scalar(name, required=default is None)
        return (default or "") if value is None else self.reference(value, way or name)

    def reference(self, value: yaml.ScalarNode, field: str = "") -> str:
        self.reading.references.append(
            Reference(self.node, line_of(value), value.value, field, value.start_mark.column)
        )
        return str(value.value)

    # ---- values

    def expression(
        self,
        name: str,
        wants: Kind | None = None,
        openly: bool = False,
        given: tuple[tuple[str, Kind], ...] = (),
        required: bool = True,
        sure: tuple[str, ...] = (),
    ) -> Tree:
        """`wants`: the kind it must come to; `openly`: what it comes to is seen or heard, so no secrets; `given`:
        values besides those of the flow; `sure`: values that the node itself has set by then. NOTHING when it is not
        there.
        """
        value = self._scalar(name, required)
        if value is None:
            return NOTHING
        try:
            tree = read(value.value)
        except ExpressionError as error:
            self.complain(name, error.placed)
            return NOTHING
        self.reading.uses.append(Use(self.node, line_of(value), name, tree, wants, openly, given=given, sure=sure))
        return tree

    def template(self, name: str, default: str | None = None, openly: bool = False) -> Template:
        """A text in which `{…}` stands for values, for what is written or sent."""
        value = self._scalar(name, required=default is None)
        return Template((default or "",)) if value is None else self.template_of(value, name, openly)

    def template_of(self, value: yaml.ScalarNode, name: str, openly: bool = False) -> Template:
        try:
            found = template(value.value)
        except ExpressionError as error:
            self.wrong(value, error.placed, name)
            return Template(())
        self.note_uses(found, line_of(value), name, openly)
        return found

    def note_uses(self, found: Template, line: int, field: str, openly: bool) -> None:
        self.reading.uses.extend(
            Use(self.node, line, field, slot.tree, None, openly, slot.format) for slot in found.slots()
        )

    def value_name(self, name: str, default: str | None = None) -> str:
        """The name of a value that the node sets; required when there is no default."""
        value = self._scalar(name, required=default is None)
        return (default or "") if value is None else self.named_value(value, name)

    def named_value(self, value: yaml.ScalarNode, name: str) -> str:
        if not NAME.fullmatch(value.value) or value.value in RESERVED:
            self.complain(name, mistake("not_value_name", value=value.value, reserved=_RESERVED))
        return str(value.value)

    def sets(self, name: str, kind: Kind, secret: bool = False, by: str = "") -> None:
        """The value `name` is set when the call goes on by the field `by`; by all of them when that is empty."""
        self.reading.settings.append(Setting(self.node, self.line, name, kind, secret, by))

    def sets_to(self, name: str, tree: Tree, by: str) -> None:
        """As `sets`, with what the expression comes to."""
        self.reading.settings.append(Setting(self.node, self.line, name, None, by=by, tree=tree))

    def assures(self, tree: Tree, by: str) -> None:
        """The condition holds when the call goes on by the field `by`: what it asks for is set there."""
        self.reading.settings.extend(
            Setting(self.node, self.line, name, None, by=by) for name in sorted(assured(tree))
        )

    def queue(self, name: str) -> str:
        return self.one_of(name, "queue", self.reading.known.queues)

    def one_of(self, name: str, kind: str, known: frozenset[str]) -> str:
        """The id of something of the centre; required. `kind`: its word in `mistakes`."""
        value = self._scalar(name)
        if value is not None and value.value not in known:
            self.complain(name, unknown(kind, value.value, known))
        return "" if value is None else value.value

    def levels(self, name: str) -> dict[str, int]:
        """A mapping of skills of the centre to levels, optional."""
        fields, known = self.mapping(name), self.reading.known.skills
        levels: dict[str, int] = {}
        if fields is None:
            return levels
        for skill, _, _ in fields.entries():
            if skill not in known:
                fields.complain(skill, mistake("unknown_skill", known=allowed(known, skill)))
            levels[skill] = fields.count(skill, 1, 1, 10)
        return levels

    def speech(self) -> Speech:
        """What is said, by `say` (the texts) or `play` (the name of a prompt); one of them is required."""
        found = self.optional_speech()
        if found is None:
            self.missing(mistake.phrase("say_or_play"))
        return found or Speech(_STAND_IN)

    def optional_speech(self) -> Speech | None:
        say, play = self.mapping("say"), self._scalar("play", required=False)
        if say is not None and play is not None:
            self.wrong(play, mistake("exclude", one="say", other="play"))
        if say is not None:
            return say.speech_of_texts()
        return None if play is None else self._named(play)

    def speech_under(self, name: str, default: Speech) -> Speech:
        """A `say` or `play` of its own below the field `name`."""
        fields = self.mapping(name)
        if fields is None:
            return default
        found = fields.speech()
        fields.finish()
        return found

    def text(self) -> Text:
        """This mapping as one text in every language."""
        said = {language: self._said(language) for language in LANGUAGES}
        self.finish()
        return Text(zh=said["zh-CN"], en=said["en"])

    def title(self) -> Text | None:
        """What people read in place of an id: a few words in every language, optional."""
        below = self.mapping("title")
        if below is None:
            return None
        said = below.text()
        for language in LANGUAGES:
            if len(said.in_(language)) > MAX_TITLE:
                below.complain(language, mistake("title_too_long", most=MAX_TITLE))
        return said

    def speech_of_texts(self) -> Speech:
        """As `text`, with values in braces."""
        said = self.text()
        if "{" not in said.zh + said.en and "}" not in said.zh + said.en:
            return Speech(said)
        return Speech(said, templates={language: self._template(said, language) for language in LANGUAGES})

    def keys(self, name: str) -> dict[str, yaml.Node]:
        """A mapping whose fields are telephone keys; required and not empty."""
        fields = self.mapping(name, required=True)
        if fields is None:
            return {}
        if not fields._values:
            self.complain(name, mistake("no_key"))
        return {key: value for key, (at, value) in fields._values.items() if self.is_key(at)}

    def is_key(self, value: yaml.Node) -> bool:
        if isinstance(value, yaml.ScalarNode) and len(value.value) == 1 and value.value in KEYS:
            return True
        self.wrong(value, mistake("not_a_key", shown=_shown(value)))
        return False

    def key(self, name: str) -> str:
        """One telephone key, optional."""
        value = self._scalar(name, required=False)
        return value.value if value is not None and self.is_key(value) else ""

    # ---- structure

    def mapping(self, name: str, required: bool = False) -> "Fields | None":
        value = self._value(name, required)
        return None if value is None else self.fields_of(value, name)

    def fields_of(self, value: yaml.Node, name: str) -> "Fields | None":
        if isinstance(value, yaml.MappingNode):
            return Fields(value, self.reading, self.node)
        self.wrong(value, mistake("mapping_wanted", shown=_shown(value)), name)
        return None

    def inside(self, node_id: str, value: yaml.Node) -> "Fields | None":
        """The fields of the node `node_id`, to which all problems in them belong."""
        if isinstance(value, yaml.MappingNode):
            return Fields(value, self.reading, node_id)
        self.reading.problems.add(line_of(value), mistake("no_node", shown=_shown(value)), node_id)
        return None

    def sequence(self, name: str) -> Iterator["Fields"]:
        """The mappings of a list; required and not empty."""
        value = self._value(name, True)
        if value is not None and (not isinstance(value, yaml.SequenceNode) or not value.value):
            self.wrong(value, mistake("entry_wanted"), name)
        elif isinstance(value, yaml.SequenceNode):
            entries = (self.fields_of(entry, name) for entry in value.value)
            yield from (entry for entry in entries if entry is not None)

    def scalars(self, name: str) -> Iterator[yaml.ScalarNode]:
        """The plain entries of a list, optional."""
        value = self._value(name, False)
        if value is not None and not isinstance(value, yaml.SequenceNode):
            self.wrong(value, mistake("list_wanted", shown=_shown(value)), name)
        elif isinstance(value, yaml.SequenceNode):
            entries = (self.scalar_of(entry, name) for entry in value.value)
            yield from (entry for entry in entries if entry is not None)

    def entries(self) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """All fields under names of the author's choice: (name, its node, value)."""
        return ((name, at, value) for name, (at, value) in self._values.items())

    def scalar_of(self, value: yaml.Node, name: str) -> yaml.ScalarNode | None:
        if isinstance(value, yaml.ScalarNode) and value.value.strip() and value.value != "~":
            return value
        self.wrong(value, mistake("one_value", shown=_shown(value)), name)
        return None

    def finish(self) -> None:
        """Refuse the fields nobody asked for."""
        for name, (at, value) in self._values.items():
            if name not in self._asked:
                comma = " " in name and _is_empty(value)
                names = ", ".join(self._asked)
                self.wrong(at, mistake("unknown_field_comma" if comma else "unknown_field", name=name, names=names))

    def wrong(self, at: yaml.Node, said: Complaint, name: str = "") -> None:
        """Something does not belong where it is, in the field `name` if it is in one."""
        self.reading.gaps = True
        self.reading.problems.add(line_of(at), said, self.node, name)

    def complain(self, name: str, said: Complaint) -> None:
        """Something is wrong with the value of the field `name`, or where it ought to be."""
        line = line_of(self._values[name][1]) if name in self._values else self.line
        self.reading.problems.add(line, said, self.node, name)

    def missing(self, what: str | Text, name: str = "") -> None:
        """`what`: the field itself, or in words what is wanted of the field `name`."""
        self.reading.gaps = True
        field = name or (what if isinstance(what, str) else "")
        self.reading.problems.add(self.line, mistake("missing", what=what), self.node, field)

    def _unique(self, mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        values: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for at, value in mapping.value:
            if not isinstance(at, yaml.ScalarNode):
                self.wrong(at, mistake("no_field_name", shown=_shown(at)))
            elif at.value in values:
                first = line_of(values[at.value][0])
                self.wrong(at, mistake("twice", name=at.value, line=first))
            else:
                values[at.value] = (at, value)
        return values

    def _value(self, name: str, required: bool) -> yaml.Node | None:
        if name not in self._asked:
            self._asked.append(name)
        if name not in self._values:
            if required:
                self.missing(name)
            return None
        return self._values[name][1]

    def _scalar(self, name: str, required: bool = True) -> yaml.ScalarNode | None:
        value = self._value(name, required)
        return None if value is None else self.scalar_of(value, name)

    def _bounded(self, name: str, value: yaml.ScalarNode, least: float, most: float) -> float:
        if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", value.value) and least <= float(value.value) <= most:
            return float(value.value)
        said = mistake("not_in_range", value=value.value, least=f"{least:g}", most=f"{most:g}")
        self.complain(name, said)
        return least

    def _named(self, play: yaml.ScalarNode) -> Speech:
        text = self.reading.known.prompts.get(play.value)
        if text is None:
            prompts = self.reading.known.prompts
            self.complain("play", unknown("prompt", play.value, prompts))
        return Speech(text or _STAND_IN, name=play.value)

    def _template(self, said: Text, language: Language) -> Template:
        try:
            found = template(said.in_(language))
        except ExpressionError as error:
            self.complain(language, error.placed)
            return Template(())
        self.note_uses(found, line_of(self._values[language][1]), language, openly=True)
        return found

    def _said(self, language: Language) -> str:
        value = self._value(language, False)
        if value is None:
            self.missing(mistake.phrase("the_text_in", language=language), language)
            return "-"
        scalar = self.scalar_of(value, language)
        said = " ".join(scalar.value.split()) if scalar else "-"
        if len(said) > MAX_TEXT or not said.isprintable():
            self.complain(language, mistake("not_printable", most=MAX_TEXT))
        return said


def unknown(what: str, name: str, known: Collection[str]) -> Complaint:
    """`what`: the word for its kind in `mistakes`."""
    return mistake("unknown", what=mistake.phrase(what), name=name, known=allowed(known, name))


def _is_empty(value: yaml.Node) -> bool:
    return isinstance(value, yaml.ScalarNode) and not value.value


def _shown(value: yaml.Node) -> Text:
    if isinstance(value, yaml.ScalarNode):
        return mistake.phrase("shown", value=value.value) if value.value else mistake.phrase("nothing")
    return mistake.phrase("a_list" if isinstance(value, yaml.SequenceNode) else "a_mapping")
