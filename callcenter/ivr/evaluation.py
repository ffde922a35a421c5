"""What an expression comes to, and of which kind that will be."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any

from callcenter.calls.complaint import Complaint
from callcenter.ivr.expression import Among, Application, Constant, ExpressionError, Name, Operation, Tree
from callcenter.ivr.functions import FUNCTIONS
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.values import Kind, Value, ValueProblem, bounded, kind_of, text

Scope = Mapping[str, Value]
_EXACT = Arithmetic(prec=40)
_ORDERED = frozenset({"<", "<=", ">", ">="})


def evaluate(tree: Tree, scope: Scope) -> Value:
    """ExpressionError when something is missing, of the wrong kind, or cannot be worked out (a division by
    nought)."""
    match tree:
        case Constant():
            return tree.value
        case Name():
            if tree.name not in scope:
                raise ExpressionError(mistake("no_value", name=tree.name), tree.at)
            return scope[tree.name]
        case Among():
            left = evaluate(tree.left, scope)
            return any(_equal(left, evaluate(choice, scope), tree) for choice in tree.choices) != tree.negated
        case Application(function="is_set"):
            return isinstance(tree.arguments[0], Name) and tree.arguments[0].name in scope
        case Application():
            return _applied(tree, [evaluate(each, scope) for each in tree.arguments])
        case Operation(operator="and" | "or"):
            return _joined(tree, scope)
        case Operation(left=None):
            return _signed(tree, evaluate(tree.right, scope))
        case Operation():
            assert tree.left is not None
            return _worked_out(tree, evaluate(tree.left, scope), evaluate(tree.right, scope))


def holds(tree: Tree, scope: Scope) -> bool:
    """A condition; ExpressionError also when it is no yes or no."""
    return _truth(evaluate(tree, scope), tree)


def kind_in(tree: Tree, kinds: Mapping[str, Kind]) -> Kind:
    """What it will be when the names are of these kinds; ExpressionError when it has no sense.

    A name that is not in `kinds` is an error too: nothing sets it.
    """
    match tree:
        case Constant():
            return kind_of(tree.value)
        case Name():
            if tree.name not in kinds:
                raise ExpressionError(mistake("nothing_sets", name=tree.name), tree.at)
            return kinds[tree.name]
        case Among():
            for choice in tree.choices:
                _same(kind_in(tree.left, kinds), kind_in(choice, kinds), tree)
            return "bool"
        case Application(function="is_set"):
            return "bool"
        case Application():
            return _kind_applied(tree, kinds)
        case Operation(operator="not" | "and" | "or"):
            for part in (tree.left, tree.right):
                if part is not None:
                    _wants("bool", kind_in(part, kinds), tree)
            return "bool"
        case Operation(left=None):
            return _wants("number", kind_in(tree.right, kinds), tree)
        case Operation():
            assert tree.left is not None
            return _kind_of_pair(tree, kind_in(tree.left, kinds), kind_in(tree.right, kinds))


# ---- values


def _joined(tree: Operation, scope: Scope) -> bool:
    """The right side is only looked at when the left one does not decide."""
    assert tree.left is not None
    left = _truth(evaluate(tree.left, scope), tree)
    return left if left == (tree.operator == "or") else _truth(evaluate(tree.right, scope), tree)


def _truth(value: Value, tree: Tree) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(mistake("condition_wanted"), tree.at)
    return value


def _signed(tree: Operation, value: Value) -> Value:
    if tree.operator == "not":
        return not _truth(value, tree)
    if not isinstance(value, Decimal):
        raise ExpressionError(mistake("no_sign"), tree.at)
    return -value


def _worked_out(tree: Operation, left: Value, right: Value) -> Value:
    operator = tree.operator
    if operator in ("==", "!="):
        return _equal(left, right, tree) == (operator == "==")
    _kind_of_pair(tree, kind_of(left), kind_of(right))
    return _compared(operator, left, right) if operator in _ORDERED else _calculated(tree, left, right)


def _equal(left: Value, right: Value, tree: Tree) -> bool:
    _same(kind_of(left), kind_of(right), tree)
    return left == right


def _compared(operator: str, left: Any, right: Any) -> bool:
    less, equal = bool(left < right), bool(left == right)
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[operator]


def _calculated(tree: Operation, left: Any, right: Any) -> Value:
    try:
        if isinstance(left, str):
            return text(left + right)
        if isinstance(left, date):
            return _day_shifted(tree.operator, left, right)
        return bounded(_ARITHMETIC[tree.operator](left, right))
    except (ArithmeticError, OverflowError, ValueError) as error:
        raise ExpressionError(_not_worked_out(tree.operator, error), tree.at) from None


_ARITHMETIC = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _EXACT.divide}


def _day_shifted(operator: str, left: date, right: Any) -> Value:
    if isinstance(right, date):
        return Decimal((left - right).days)
    return left + timedelta(days=int(right) if operator == "+" else -int(right))


def _applied(tree: Application, arguments: list[Value]) -> Value:
    function = FUNCTIONS[tree.function]
    for wanted, given in zip(function.takes, arguments, strict=True):
        _wants(wanted, kind_of(given), tree)
    try:
        value: Value = function.work(*arguments)
    except (ArithmeticError, ValueError) as error:
        raise ExpressionError(_not_worked_out(tree.function, error), tree.at) from None
    return value


def _not_worked_out(what: str, error: Exception) -> Complaint:
    trouble = error.said if isinstance(error, ValueProblem) else mistake("no_result")
    return mistake("not_worked_out", what=what, trouble=trouble)


# ---- kinds


def _kind_applied(tree: Application, kinds: Mapping[str, Kind]) -> Kind:
    function = FUNCTIONS[tree.function]
    for wanted, argument in zip(function.takes, tree.arguments, strict=True):
        _wants(wanted, kind_in(argument, kinds), tree)
    return function.gives


def _kind_of_pair(tree: Operation, left: Kind, right: Kind) -> Kind:
    operator = tree.operator
    if operator in ("==", "!="):
        _same(left, right, tree)
        return "bool"
    if operator in _ORDERED:
        _same(left, right, tree)
        if left == "bool":
            raise ExpressionError(mistake("not_with_bool", operator=operator), tree.at)
        return "bool"
    found = _RESULTS.get((operator, left, right))
    if found is None:
        said = mistake("senseless", left=mistake.phrase(left), operator=operator, right=mistake.phrase(right))
        raise ExpressionError(said, tree.at)
    return found


_RESULTS: dict[tuple[str, Kind, Kind], Kind] = {
    **{(operator, "number", "number"): "number" for operator in "+-*/"},
    ("+", "text", "text"): "text",
    ("+", "date", "number"): "date",
    ("-", "date", "number"): "date",
    ("-", "date", "date"): "number",
}


def _same(left: Kind, right: Kind, tree: Tree) -> None:
    if left != right:
        raise ExpressionError(mistake("unlike", left=mistake.phrase(left), right=mistake.phrase(right)), tree.at)


def _wants(wanted: Any, found: Kind, tree: Tree) -> Kind:
    if wanted not in ("any", found):
        what = getattr(tree, "function", "") or getattr(tree, "operator", "")
        said = mistake("operand", what=what, wanted=mistake.phrase(wanted), found=mistake.phrase(found))
        raise ExpressionError(said, tree.at)
    return found
