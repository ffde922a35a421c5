"""Expressions of a flow: `balance < 100 and not customer.known`. A small grammar of its own, so that nothing
written in a flow, pressed by a caller or sent by a service is ever run as a program.

    or, and, not | == != < <= > >= in | + - | * / | - | name, 12.5, "text", true, false, function(…), (…)

Reading an expression bounds it (length, depth); evaluating it then takes a time in proportion to its length.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from callcenter.calls.complaint import Complaint
from callcenter.ivr.functions import FUNCTIONS
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.values import MAX_TEXT, Value, ValueProblem, number

MAX_LENGTH = 500
MAX_DEPTH = 20


class ExpressionError(Exception):
    """An expression that cannot be read, has no sense, or could not be worked out. `at`: characters from its
    begin."""

    word = "bad_expression"

    def __init__(self, said: Complaint, at: int) -> None:
        super().__init__(str(said))
        self.said, self.message, self.at = said, str(said), at

    @property
    def placed(self) -> Complaint:
        """With the character, counting from 1."""
        return mistake("at_character", said=self.said, at=self.at + 1)


class Constant(msgspec.Struct, frozen=True):
    value: Value
    at: int = 0


class Name(msgspec.Struct, frozen=True):
    """A value of the flow, or a fact: `call.…`, `customer.…`."""

    name: str
    at: int = 0


class Operation(msgspec.Struct, frozen=True):
    """`left` is None before a sign and `not`."""

    operator: str
    left: "Tree | None"
    right: "Tree"
    at: int = 0


class Among(msgspec.Struct, frozen=True):
    """`left in (a, b)`."""

    left: "Tree"
    choices: tuple["Tree", ...]
    negated: bool
    at: int = 0


class Application(msgspec.Struct, frozen=True):
    function: str
    arguments: tuple["Tree", ...]
    at: int = 0


Tree = Constant | Name | Operation | Among | Application

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)
    |(?P<sign>==|!=|<=|>=|[-+*/<>(),]))""",
    re.VERBOSE,
)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "in", "true", "false"})
_INSTEAD = {"&": "and", "|": "or", "!": "not, !="}


class Token(msgspec.Struct, frozen=True):
    sort: str  # number, text, name, sign, end
    said: str
    at: int


def read(source: str) -> Tree:
    """ExpressionError with the place of what is wrong."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(mistake("expression_too_long", most=MAX_LENGTH), MAX_LENGTH)
    return _Reader(list(_tokens(source))).whole()


def parts(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Operation():
            return (tree.right,) if tree.left is None else (tree.left, tree.right)
        case Among():
            return (tree.left, *tree.choices)
        case Application():
            return tree.arguments
        case _:
            return ()


def names(tree: Tree, sure: frozenset[str] = frozenset()) -> Iterator[Name]:
    """All it reads that is not `sure` to be set; not what `is_set` merely asks for, nor what it has asked for."""
    match tree:
        case Name():
            if tree.name not in sure:
                yield tree
        case Application(function="is_set"):
            return
        case Operation(operator="and", left=left) if left is not None:
            yield from names(left, sure)
            yield from names(tree.right, sure | assured(left))
        case _:
            for part in parts(tree):
                yield from names(part, sure)


def assured(tree: Tree) -> frozenset[str]:
    """The names that are set when the condition holds."""
    match tree:
        case Application(function="is_set", arguments=(Name() as asked,)):
            return frozenset({asked.name})
        case Operation(operator="and", left=left) if left is not None:
            return assured(left) | assured(tree.right)
        case _:
            return frozenset()


def revealed(tree: Tree) -> Iterator[Name]:
    """The names whose content can be told from the result: a comparison, a length or four digits do not give away
    a card number."""
    match tree:
        case Name():
            yield tree
        case Operation() if tree.operator in _COMPARISONS or tree.operator in ("and", "or", "not"):
            return
        case Among():
            return
        case Application() if FUNCTIONS[tree.function].hides:
            return
        case _:
            for part in parts(tree):
                yield from revealed(part)


def _tokens(source: str) -> Iterator[Token]:
    at = 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            at += len(source[at:]) - len(source[at:].lstrip())
            raise ExpressionError(_meaningless(source[at]), at)
        sort = str(match.lastgroup)
        yield Token(sort, match[sort], match.start(sort))
        at = match.end()
    yield Token("end", "", end)


def _meaningless(sign: str) -> Complaint:
    if sign == "=":
        return mistake("no_meaning_compare", sign=sign)
    if sign in _INSTEAD:
        return mistake("no_meaning_write", sign=sign, instead=_INSTEAD[sign])
    return mistake("no_meaning", sign=sign)


class _Reader:
    """Reads by descending from the loosest binding to the tightest."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._next, self._depth = tokens, 0, 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._here.sort != "end":
            raise ExpressionError(mistake("unexpected", said=self._here.said), self._here.at)
        return tree

    @property
    def _here(self) -> Token:
        return self._tokens[self._next]

    def _take(self, *said: str) -> Token | None:
        """The next token, if it is one of these words or signs."""
        if self._here.sort not in ("name", "sign") or self._here.said not in said:
            return None
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, said: str) -> None:
        if self._take(said) is None:
            raise ExpressionError(mistake("sign_missing", said=said), self._here.at)

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(mistake("expression_too_deep", most=MAX_DEPTH), self._here.at)
        tree = self._chain(("or",), lambda: self._chain(("and",), self._negation))
        self._depth -= 1
        return tree

    def _chain(self, operators: tuple[str, ...], operand: Any) -> Tree:
        tree: Tree = operand()
        while token := self._take(*operators):
            tree = Operation(token.said, tree, operand(), token.at)
        return tree

    def _negation(self) -> Tree:
        negations = []
        while token := self._take("not"):
            negations.append(token)
        tree = self._comparison()
        return Operation("not", None, tree, negations[0].at) if len(negations) % 2 else tree

    def _comparison(self) -> Tree:
        left = self._sum()
        if token := self._take(*_COMPARISONS):
            left = Operation(token.said, left, self._sum(), token.at)
            if again := self._take(*_COMPARISONS):
                raise ExpressionError(mistake("two_at_a_time"), again.at)
            return left
        negated = self._take("not")
        if token := self._take("in"):
            return Among(left, self._choices(), negated is not None, token.at)
        if negated:
            raise ExpressionError(mistake("in_missing"), self._here.at)
        return left

    def _choices(self) -> tuple[Tree, ...]:
        self._expect("(")
        return self._listed()

    def _listed(self) -> tuple[Tree, ...]:
        """Up to the closing bracket."""
        found: list[Tree] = []
        while not self._take(")"):
            if found:
                self._expect(",")
            found.append(self._either())
        return tuple(found)

    def _sum(self) -> Tree:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._signed))

    def _signed(self) -> Tree:
        token = self._take("-")
        return Operation("-", None, self._single(), token.at) if token else self._single()

    def _single(self) -> Tree:
        token = self._here
        if self._take("("):
            tree = self._either()
            self._expect(")")
            return tree
        self._next += token.sort != "end"
        match token.sort:
            case "number":
                return Constant(_number(token), token.at)
            case "text":
                return Constant(_text(token), token.at)
            case "name" if token.said in ("true", "false"):
                return Constant(token.said == "true", token.at)
            case "name" if token.said not in _WORDS:
                return self._application(token) if self._take("(") else Name(token.said, token.at)
        said = mistake("value_missing_before", said=token.said) if token.said else mistake("value_missing")
        raise ExpressionError(said, token.at)

    def _application(self, token: Token) -> Tree:
        function = FUNCTIONS.get(token.said)
        if function is None:
            raise ExpressionError(mistake("no_function", name=token.said, names=", ".join(FUNCTIONS)), token.at)
        arguments = self._listed()
        if len(arguments) != len(function.takes):
            wanted = ", ".join(function.takes)
            said = mistake("function_takes", name=token.said, wanted=wanted, count=len(arguments))
            raise ExpressionError(said, token.at)
        if token.said == "is_set" and not isinstance(arguments[0], Name):
            raise ExpressionError(mistake("is_set_takes"), token.at)
        return Application(token.said, arguments, token.at)


def _number(token: Token) -> Decimal:
    try:
        return number(token.said)
    except ValueProblem as problem:
        said = mistake("literal", said=token.said[:20], trouble=problem.said)
        raise ExpressionError(said, token.at) from problem


def _text(token: Token) -> str:
    said = token.said[1:-1]
    if len(said) > MAX_TEXT or not said.isprintable():
        raise ExpressionError(mistake("text_line"), token.at)
    return said
