"""What people are shown is made by ``say``, ``counted`` or ``joined``: text that is pasted together stays English."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from engine import errors

ROOT: Final = Path(__file__).resolve().parents[2]
MAKERS: Final = frozenset({"say", "counted", "joined", "either", "both"})

# Where a text for people stands in a call: positions and keywords.
PLACES: Final[Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]] = {
    **{
        name: ((0,), ("text",))
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.UserError | errors.CannotPost)
    },
    "UnknownName": ((0, 3), ("what", "hint")),
    "NotUnderstood": ((1,), ("text",)),
    "Reply": ((0,), ("text",)),
    "Outcome": ((2,), ("why",)),
    "Button": ((0,), ("label",)),
    "Verb": ((1,), ("help", "question")),
    "Option": ((1,), ("help",)),
    "CommandSpec": ((1,), ("help",)),
    "Candidate": ((1, 3), ("about", "missing")),
    "Board": ((0,), ("alt",)),
    "Judgement": ((3,), ("why",)),
}

# The text of these is for programs or for the log, or is somebody's own words; by file and the line's own code.
EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {}


LOOKED_AT: Final = (ast.Call, ast.BinOp, ast.FormattedValue, ast.Attribute, ast.ImportFrom)
Nodes = tuple[ast.AST, ...]


class Fault(NamedTuple):
    path: str
    line: int
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code}"


@cache
def sources() -> tuple[tuple[str, Nodes], ...]:
    """Of each file all that the rules look at: parsed and walked once for all of them."""
    paths = sorted(path for folder in ("engine", "bot") for path in (ROOT / folder).rglob("*.py"))
    return tuple((str(path.relative_to(ROOT)), nodes(path.read_text("utf-8"))) for path in paths)


def nodes(code: str) -> Nodes:
    return tuple(node for node in ast.walk(ast.parse(code)) if isinstance(node, LOOKED_AT))


def called(node: ast.AST) -> str:
    """The name of what is called, without that of a module of ours; empty when it is no call."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(value=ast.Name(id="errors"), attr=name)):
            return name
    return ""


def is_pasted(node: ast.expr) -> bool:
    """Whether a text is written out, put together or changed where it stands, so that no catalogue knows it."""
    match node:
        case ast.Constant(value=str(text)):
            return bool(text.strip())
        case ast.JoinedStr() | ast.BinOp():
            return True
        case ast.IfExp(body=one, orelse=other):
            return is_pasted(one) or is_pasted(other)
        case ast.BoolOp(values=values):
            return any(map(is_pasted, values))
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace" | "capitalize" | "title" | "strip")):
            return True
    return False


def texts(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that people read."""
    places, keywords = PLACES.get(called(call), ((), ()))
    yield from (call.args[place] for place in places if place < len(call.args))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in keywords)


def pasted(tree: Nodes, path: str) -> Iterator[Fault]:
    for node in tree:
        for text in texts(node) if isinstance(node, ast.Call) else ():
            if is_pasted(text):
                yield Fault(path, node.lineno, ast.unparse(node)[:100])


def tabled(tree: Nodes, path: str) -> Iterator[Fault]:
    """Words written into a reply's table, its heading above all."""
    for node in tree:
        for keyword in node.keywords if isinstance(node, ast.Call) and called(node) == "Reply" else ():
            if keyword.arg == "lines" and any(map(is_pasted, _cells(keyword.value))):
                yield Fault(path, node.lineno, ast.unparse(keyword.value)[:100])


def _cells(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.List | ast.Tuple):
        for element in node.elts:
            yield from _cells(element)
    else:
        yield node


def lost(tree: Nodes, path: str) -> Iterator[Fault]:
    """Sentences that are pasted into other text, which makes them plain text."""
    for node in tree:
        match node:
            case ast.BinOp(left=left, right=right) if called(left) in MAKERS or called(right) in MAKERS:
                yield Fault(path, node.lineno, ast.unparse(node)[:100])
            case ast.FormattedValue(value=value) if called(value) in MAKERS:
                yield Fault(path, node.lineno, ast.unparse(node)[:100])
            case ast.Attribute(value=value, attr=attr) if called(value) in MAKERS and attr not in (
                "template",
                "values",
            ):
                yield Fault(path, node.lineno, ast.unparse(node)[:100])


def variable(tree: Nodes, path: str) -> Iterator[Fault]:
    """Templates that are not written out where they are said, so that no tool finds them."""
    ours = {
        alias.name
        for node in tree
        if isinstance(node, ast.ImportFrom) and node.module == "engine.sentences"
        for alias in node.names
    }
    for node in tree:
        name = called(node)
        if isinstance(node, ast.Call) and name in ours & {"say", "counted"}:
            written = node.args[: 2 if name == "counted" else 1]
            if not all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in written):
                yield Fault(path, node.lineno, ast.unparse(node)[:100])


def excused(fault: Fault) -> bool:
    return any(fault.path == path and code in fault.code for path, code in EXCEPTIONS)


def test_no_text_for_people_is_pasted_together() -> None:
    rules = (pasted, tabled, lost)
    faults = [fault for path, tree in sources() for rule in rules for fault in rule(tree, path) if not excused(fault)]
    assert not faults, "\n".join(map(str, faults))


def test_every_template_is_written_out_where_it_is_said() -> None:
    # Of models the table says what they are, and the tool collects from there.
    found = {fault.path for path, tree in sources() for fault in variable(tree, path)}
    assert found <= {"engine/providers/catalogue.py"}


@pytest.mark.parametrize(
    "code",
    [
        'UserError(f"{name} is gone.")',
        'raise errors.BadOption("No.")',
        'Reply("Done. " + text)',
        'Reply(text="Done.")',
        'Outcome(None, "draw", "A draw.")',
        'Button("Yes" if sure else say("No"), "duel", "move")',
        'NotAllowed(reason or "No.")',
        'Reply("{}".format(name))',
        'Reply(" ".join(parts))',
        'UnknownName("game", name, known)',
    ],
)
def test_the_rule_finds(code: str) -> None:
    assert list(pasted(nodes(code), "x.py"))


def test_the_rule_finds_a_tables_heading() -> None:
    assert list(tabled(nodes('Reply(text, lines=[("name", say("games")), *rows])'), "x.py"))
    assert not list(tabled(nodes('Reply(text, lines=[(say("name"), say("games")), *rows])'), "x.py"))


@pytest.mark.parametrize("code", ['say("a") + "b"', 'f"{say(text)}"', 'say("a").upper()'])
def test_the_rule_finds_what_loses_a_sentence(code: str) -> None:
    assert list(lost(nodes(code), "x.py"))


@pytest.mark.parametrize("code", ['UserError(say("No."))', "Reply(text)", 'Reply("")', 'Outcome(None, "draw", why)'])
def test_the_rule_lets_pass(code: str) -> None:
    tree = nodes(code)
    assert not list(pasted(tree, "x.py"))
    assert not list(lost(tree, "x.py"))
