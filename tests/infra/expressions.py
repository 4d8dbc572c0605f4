"""Terraform's expressions evaluated, over the parse tree of python-hcl2.

Texts, numbers, truth values, lists and objects are Python's own; a set is a sorted list. What is not known here
is an error and never passed over: :class:`NotKnown`.

Source: https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final, Protocol, runtime_checkable

from functions_of_terraform import FUNCTIONS
from lark import Token, Tree

Value = Any
Names = Mapping[str, Value]
"""What names stand for: ``var``, ``local``, ``each``, what a ``for`` goes through, types of resources."""


class NotKnown(Exception):
    """An expression, a function or a name that nothing here knows; the text names it."""


class Failed(Exception):
    """What ``try`` takes to its next argument: there is no such attribute, element or value."""


@runtime_checkable
class Held(Protocol):
    """Something whose attributes are made when they are asked for: variables, local values, a resource."""

    def attribute(self, name: str) -> Value:
        """:raises Failed: when there is none."""


def evaluate(tree: Tree[Token] | Token, names: Names) -> Value:
    """What an expression stands for. :raises NotKnown: :raises Failed:"""
    rule = str(tree.type if isinstance(tree, Token) else tree.data)
    if (found := _RULES.get(rule)) is None:
        raise NotKnown(f"an expression of the kind {rule}")
    return found(parts(tree), names)


def parts(tree: Tree[Token] | Token) -> list[Any]:
    """What a rule is made of, without brackets, commas, line ends and comments."""
    if isinstance(tree, Token):
        return [tree]
    return [one for one in tree.children if _matters(one)]


def _matters(part: Tree[Token] | Token | None) -> bool:
    if isinstance(part, Tree):
        return part.data != "new_line_or_comment"
    return part is not None and part.type not in _PUNCTUATION


_PUNCTUATION: Final = frozenset(
    {"LPAR", "RPAR", "LBRACE", "RBRACE", "LSQB", "RSQB", "COMMA", "DOT", "EQ", "COLON", "DBLQUOTE", "QMARK"}
    | {"INTERP_START", "FULL_SPLAT_START", "ATTR_SPLAT", "FOR", "IN", "IF", "FOR_OBJECT_ARROW", "NL_OR_COMMENT"}
)


def name_of(tree: Tree[Token]) -> str:
    """Of an identifier."""
    return str(tree.children[0])


def get(value: Value, name: Value) -> Value:
    """An attribute or an element. :raises Failed: when there is none."""
    if isinstance(value, Held):
        return value.attribute(str(name))
    try:
        return value[int(name)] if isinstance(value, list) else value[name]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Failed(f"there is no {name} in {value!r:.80}") from error


def items(value: Value) -> list[tuple[Value, Value]]:
    """What a ``for`` goes through: keys and values, an object's by its keys."""
    if isinstance(value, Mapping):
        return [(key, value[key]) for key in sorted(value)]
    if isinstance(value, list):
        return list(enumerate(value))
    raise Failed(f"{value!r:.80} is nothing to go through")


def _only(children: list[Any], names: Names) -> Value:
    (child,) = children
    return evaluate(child, names)


def _identifier(children: list[Any], names: Names) -> Value:
    if (name := str(children[0])) in names:
        return names[name]
    raise NotKnown(f"the name {name}")


def _literal(children: list[Any], names: Names) -> Value:
    return {"true": True, "false": False, "null": None}[str(children[0])]


def _text(children: list[Any], names: Names) -> Value:
    made = [_part(child.children[0], names) for child in children]
    return made[0] if len(made) == 1 and not isinstance(made[0], str) else "".join(map(as_text, made))


def _part(part: Tree[Token] | Token, names: Names) -> Value:
    if isinstance(part, Tree):
        return evaluate(part, names)
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), str(part).replace("$${", "${"))


_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r"}


def as_text(value: Value) -> str:
    """As a template shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise Failed(f"{value!r:.80} has no place in a text")


def _object(children: list[Any], names: Names) -> Value:
    return {_key(parts(child)[0], names): evaluate(parts(child)[1], names) for child in children}


def _key(tree: Tree[Token], names: Names) -> str:
    """A bare word is itself; everything else is evaluated."""
    (inner,) = parts(tree)
    if isinstance(inner, Token):
        return str(inner)
    whole = [one for one in inner.children if isinstance(one, Tree)]
    if len(inner.children) == 1 and whole and whole[0].data == "identifier":
        return name_of(whole[0])
    return as_text(evaluate(inner, names))


def _call(children: list[Any], names: Names) -> Value:
    name, *rest = children
    arguments = parts(rest[0]) if rest else []
    spread = bool(arguments) and isinstance(arguments[-1], Token) and arguments[-1].type == "ELLIPSIS"
    if (function := name_of(name)) == "try":
        return _first(arguments, names)
    if function not in FUNCTIONS:
        raise NotKnown(f"the function {function}")
    found = [evaluate(one, names) for one in (arguments[:-1] if spread else arguments)]
    try:
        return FUNCTIONS[function](*(found[:-1] + list(found[-1]) if spread else found))
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise Failed(f"{function}: {error!r}") from error


def _first(arguments: list[Any], names: Names) -> Value:
    for argument in arguments[:-1]:
        try:
            return evaluate(argument, names)
        except Failed:
            continue
    return evaluate(arguments[-1], names)


def _conditional(children: list[Any], names: Names) -> Value:
    condition, yes, no = children
    return evaluate(yes if evaluate(condition, names) else no, names)


def _operation(children: list[Any], names: Names) -> Value:
    left, term = children
    sign, right = parts(term)
    written, first = str(sign.children[0]), evaluate(left, names)
    if written in ("&&", "||"):
        return first if first == (written == "||") else evaluate(right, names)
    try:
        return _OPERATORS[written](first, evaluate(right, names))
    except TypeError as error:
        raise Failed(f"{first!r:.80} {written}: {error}") from error


_OPERATORS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


def _unary(children: list[Any], names: Names) -> Value:
    sign, operand = children
    value = evaluate(operand, names)
    return not value if str(sign) == "!" else -value


def _attribute(children: list[Any], names: Names) -> Value:
    value, step = children
    return _step(evaluate(value, names), step, names)


def _step(value: Value, step: Tree[Token], names: Names) -> Value:
    (inner,) = parts(step)
    if step.data == "get_attr":
        return get(value, str(inner.children[0]))
    return get(value, str(inner) if step.data == "short_index" else evaluate(inner, names))


def _splat(children: list[Any], names: Names) -> Value:
    value, steps = evaluate(children[0], names), parts(children[1])
    through = value if isinstance(value, list) else [] if value is None else [value]
    return [reduce(lambda found, step: _step(found, step, names), steps, one) for one in through]


def _for_tuple(children: list[Any], names: Names) -> Value:
    intro, made, *rest = children
    return [evaluate(made, inner) for inner in _rounds(intro, rest, names)]


def _for_object(children: list[Any], names: Names) -> Value:
    intro, key, made, *rest = children
    if any(isinstance(one, Token) for one in rest):
        raise NotKnown("a for expression that groups")
    return {as_text(evaluate(key, inner)): evaluate(made, inner) for inner in _rounds(intro, rest, names)}


def _rounds(intro: Tree[Token], rest: list[Any], names: Names) -> list[Names]:
    *called, through = parts(intro)
    called_names = [name_of(one) for one in called]
    rounds: list[Names] = []
    for key, value in items(evaluate(through, names)):
        given = (key, value) if len(called_names) == 2 else (value,)
        inner = {**names, **dict(zip(called_names, given, strict=True))}
        if all(evaluate(parts(condition)[0], inner) for condition in rest):
            rounds.append(inner)
    return rounds


_RULES: Final[Mapping[str, Callable[[list[Any], Names], Value]]] = {
    "expr_term": _only,
    "interpolation": _only,
    "identifier": _identifier,
    "literal_value": _literal,
    "int_lit": lambda children, names: int(children[0]),
    "float_lit": lambda children, names: float(children[0]),
    "string": _text,
    "tuple": lambda children, names: [evaluate(child, names) for child in children],
    "object": _object,
    "function_call": _call,
    "conditional": _conditional,
    "binary_op": _operation,
    "unary_op": _unary,
    "get_attr_expr_term": _attribute,
    "index_expr_term": _attribute,
    "full_splat_expr_term": _splat,
    "attr_splat_expr_term": _splat,
    "for_tuple_expr": _for_tuple,
    "for_object_expr": _for_object,
}
