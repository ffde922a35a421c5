"""Texts with values in them: `Your balance is {balance:money}.`

Between braces stands an expression, and behind a colon how its value is to be said. `{{` and `}}` are braces.
"""

import re
from collections.abc import Iterator

import msgspec

from callcenter.ivr.evaluation import Scope, evaluate
from callcenter.ivr.expression import ExpressionError, Tree, read
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.saying import FORMATS, Said
from callcenter.ivr.values import MAX_TEXT, Kind, ValueProblem, as_text, text

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_FORMAT = re.compile(r"(.*?)(?::\s*([a-z_]+)\s*)?", re.DOTALL)


class Slot(msgspec.Struct, frozen=True):
    """`format` is empty where the kind of the value decides. `at`: characters from the begin of the text."""

    tree: Tree
    format: str
    at: int


class Template(msgspec.Struct, frozen=True):
    pieces: tuple[str | Slot, ...]

    def slots(self) -> Iterator[Slot]:
        return (piece for piece in self.pieces if isinstance(piece, Slot))

    def words(self) -> tuple[str, ...]:
        """What is the same for every caller."""
        return tuple(piece for piece in self.pieces if isinstance(piece, str))


def template(source: str) -> Template:
    """ExpressionError with the place in `source`."""
    pieces: list[str | Slot] = []
    plain, at = "", 0
    for match in _PIECE.finditer(source):
        plain += source[at : match.start()]
        at = match.end()
        if match[0] in ("{{", "}}"):
            plain += match[0][0]
        elif match[1] is None:
            raise ExpressionError(mistake("brace_alone", brace=match[0], twice=match[0] * 2), match.start())
        else:
            pieces += [plain] if plain else []
            pieces.append(_slot(match[1], match.start(1)))
            plain = ""
    plain += source[at:]
    return Template((*pieces, plain) if plain else tuple(pieces))


def _slot(source: str, at: int) -> Slot:
    match = _FORMAT.fullmatch(source)
    assert match is not None
    expression, form = match[1], match[2]
    if form is not None and form not in FORMATS:
        raise ExpressionError(mistake("no_form", form=form, names=", ".join(FORMATS)), at + match.start(2))
    try:
        return Slot(read(expression), form or "", at)
    except ExpressionError as error:
        raise ExpressionError(error.said, at + error.at) from None


def fits(slot: Slot, kind: Kind) -> bool:
    """Whether a value of this kind can be said as the slot wants it."""
    return not slot.format or kind in FORMATS[slot.format].kinds


def spoken(found: Template, scope: Scope) -> tuple[str | Said, ...]:
    """What is said; ExpressionError when a value is missing or cannot be worked out."""
    return tuple(piece if isinstance(piece, str) else _said(piece, scope) for piece in found.pieces)


def written(found: Template, scope: Scope) -> str:
    """As one text of at most `values.MAX_TEXT` characters, for what is not spoken."""
    said = "".join(
        piece if isinstance(piece, str) else as_text(evaluate(piece.tree, scope)) for piece in found.pieces
    )
    try:
        return text(said)
    except ValueProblem:
        raise ExpressionError(mistake("text_too_long_at_most", most=MAX_TEXT), 0) from None


def _said(slot: Slot, scope: Scope) -> Said:
    return Said(evaluate(slot.tree, scope), slot.format)
