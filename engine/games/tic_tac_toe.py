"""Tic-Tac-Toe: three in a row on a board of nine.

Cells are numbered like the keys of a telephone: 1 is the top left, 9 the bottom right. They may also be named by
column letter and row number counted from the top, as in a spreadsheet: ``a1`` is the top left, ``c1`` the top
right, ``a3`` the bottom left; ``b2`` is the centre in every convention.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from engine.board import Board, Cell, Choice
from engine.errors import Ambiguous, BadOption, CorruptLog, Illegal, Unparsable
from engine.games import Record, Search
from engine.games._vocabulary import Vocabulary, words
from engine.model import SEATS, Outcome, Seat, Termination
from engine.options import Option
from engine.replies import read
from engine.sentences import joined, say


class Position(NamedTuple):
    """Bit *n* - 1 of a side's mask is set when its mark is on cell *n*; ``last`` is the newest mark's cell, or 0."""

    crosses: int
    noughts: int
    last: int = 0


_CELLS: Final = tuple(range(1, 10))
_FULL: Final = 0b111_111_111
_ROWS: Final = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
_LINES: Final = (*_ROWS, *zip(*_ROWS, strict=True), (1, 5, 9), (3, 5, 7))
_LINE_MASKS: Final = tuple(sum(1 << cell - 1 for cell in line) for line in _LINES)
# Looked up by mask, so that a ply costs no loop: whether a side has won, and which cells are free.
_WON: Final = tuple(any(mask & line == line for line in _LINE_MASKS) for mask in range(_FULL + 1))
_FREE: Final = tuple(tuple(cell for cell in _CELLS if not mask >> cell - 1 & 1) for mask in range(_FULL + 1))
# Centre, corners, edges: the order in which alpha-beta cuts most.
_PROMISING: Final = tuple(tuple(sorted(free, key=(5, 1, 3, 7, 9, 2, 4, 6, 8).index)) for free in _FREE)
_NOBODY: Final[frozenset[Seat]] = frozenset()
_TURN: Final = (frozenset({Seat.FIRST}), frozenset({Seat.SECOND}))

_MARKS: Final = {Seat.FIRST: "X", Seat.SECOND: "O"}
_GLYPHS: Final = {"X": "cross", "O": "nought"}
_NAMES: Final = (
    *(say("top left"), say("top centre"), say("top right")),
    *(say("middle left"), say("centre"), say("middle right")),
    *(say("bottom left"), say("bottom centre"), say("bottom right")),
)
_ROW_WORDS: Final = {
    **dict.fromkeys(("top", "upper", "1", "1st", "first"), 0),
    **dict.fromkeys(("middle", "center", "centre", "mid", "central", "2", "2nd", "second"), 1),
    **dict.fromkeys(("bottom", "lower", "3", "3rd", "third"), 2),
}
_COLUMN_WORDS: Final = {
    **dict.fromkeys(("left", "1", "1st", "first", "a"), 0),
    **dict.fromkeys(("middle", "center", "centre", "mid", "central", "2", "2nd", "second", "b"), 1),
    **dict.fromkeys(("right", "3", "3rd", "third", "c"), 2),
}
_ORDINAL: Final = "1st|2nd|3rd|first|second|third|[1-3]"
_MENTION: Final = re.compile(
    rf"""
    \b(?P<row>top|upper|bottom|lower|mid(?:dle)?|cent(?:er|re|ral))[\s-]*(?P<column>left|right|mid(?:dle)?|cent(?:er|re))\b
    | \b(?P<column_2>left|right)[\s-]+(?P<row_2>top|upper|bottom|lower|middle|center|centre)\b
    | \brow["\s]*[:=]?\s*(?P<row_3>[1-3])\b["\s,;]*(?:and\s+)?["\s]*col(?:umn)?["\s]*[:=]?\s*(?P<column_3>[1-3]|[abc])\b
    | \bcol(?:umn)?["\s]*[:=]?\s*(?P<column_4>[1-3]|[abc])\b["\s,;]*(?:and\s+)?["\s]*row["\s]*[:=]?\s*(?P<row_4>[1-3])\b
    | \b(?P<row_5>{_ORDINAL}|top|middle|bottom)\s+row[\s,]+(?:and\s+)?(?:the\s+)?
      (?P<column_5>{_ORDINAL}|left|middle|right)\s+col(?:umn)?\b
    | \br(?P<row_6>[1-3])[\s,]*c(?P<column_6>[1-3])\b
    | [(\[]\s*(?P<row_7>[1-3])\s*,\s*(?P<column_7>[1-3])\s*[)\]]
    | \b(?P<column_8>[abc])(?P<row_8>[1-3])\b
    | \b(?P<apart>[abc]\s[1-3]|1[ \t,]+1|2[ \t,]+2|3[ \t,]+3)\b
    | \b(?P<centre>dead\s+cent(?:er|re)|cent(?:er|re)|middle)\b(?:\s+of\s+the\s+(?:board|grid)\b)?
      (?!\s*(?:row|col|line|file|of|game|left|right))
    | (?P<talk>\b(?:move\s+number|step|option)\s+\d+|\bmove\s+\d+(?=\s*:)|\bone\s+\d|\A\s*in\s+\d\W*\Z
      |\bit(?:'s|\s+is)\s+\d\s+now\b|\bon\s+move\s+\d)
    | (?P<spelt>\b(?:two|three|four|five|six|seven|eight|nine)\b)
    | (?<![\w.,/%+$@€£-])(?<!turn\s)(?<!round\s)(?<!game\s)
      (?P<number>[1-9])(?![\w%/+-]|[.,]\d|\s*[|]
      |\s+(?:in\s+a\s+row|ways|moves|marks|cells|squares|am|pm|o'clock|minutes|seconds|hours|more)\b)
    """,
    re.I | re.X,
)


_SPELT: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ALONE: Final = re.compile(r"\W*(?:(?:number|cell|square)\s+)?[a-z]+\W*", re.I)
_COORDINATE: Final = re.compile(
    r"\b(?:row|col(?:umn)?)[\"'\s]*[:=]?\s*\d|\b[xy]\s*=\s*\d|[\"'][xyrc][\"']\s*:\s*\d|[(\[]\s*\d\s*,\s*\d\s*[)\]]",
    re.I,
)
_FROM_ZERO: Final = re.compile(r"\b(?:0|zero)[\s-]*(?:index|based)|\bindex(?:ed)?\b", re.I)


def _check_counted_from_one(text: str) -> None:
    """:raises Ambiguous: for coordinates that may count from 0. :raises Unparsable: for half a pair of them."""
    reply = read(text)
    for said in reply.declared or (reply.text,):
        left = _COORDINATE.findall(_MENTION.sub(_unless_coordinates, said))
        if _FROM_ZERO.search(reply.text) or any("0" in each for each in left):
            raise Ambiguous(joined([say("Rows and columns count from 1 here, and the reply may count from 0."), _ASK]))
        if left:
            raise Unparsable(joined([say("“{said}” does not name a cell.", said=left[0]), _ASK]))


def _unless_coordinates(match: re.Match[str]) -> str:
    return match[0] if match["number"] or match["spelt"] or match["talk"] or match["apart"] else " "


def _meaning(match: re.Match[str]) -> int | None:
    """The cell; none where a letter stands apart (an article?) or a digit is said twice (row and column?).

    A number in letters counts only when nothing else is said: "the two of us".
    """
    said = {name.partition("_")[0]: value.casefold() for name, value in match.groupdict().items() if value}
    if "number" in said:
        return int(said["number"])
    if "apart" in said or "talk" in said:
        return None
    if spelt := said.get("spelt"):
        return _SPELT.index(spelt) + 1 if _ALONE.fullmatch(match.string) else None
    if "centre" in said:
        return 5
    return 3 * _ROW_WORDS[said["row"]] + _COLUMN_WORDS[said["column"]] + 1


_ASK: Final = say("Answer with the number of a free cell, 1 (top left) to 9 (bottom right).")


def _vocabulary(mark: str) -> Vocabulary[int]:
    return Vocabulary(
        _MENTION,
        _meaning,
        _ASK,
        around=words(f"block blocking box cell corner edge field number {mark} position space spot square tile"),
    )


_VOCABULARIES: Final = {seat: _vocabulary(mark.casefold()) for seat, mark in _MARKS.items()}
_SENTENCE: Final = re.compile(r"(?<=[.!?\n])")
_ABOUT: Final = {seat: re.compile(rf"\bfor {mark}\b", re.I) for seat, mark in _MARKS.items()}


def _without_talk_of(seat: Seat, text: str) -> str:
    """What a reply says of the other side's best move is no move of this side's."""
    if not _ABOUT[seat].search(text):
        return text
    kept = (sentence for sentence in _SENTENCE.split(text) if not _ABOUT[seat].search(sentence))
    return "".join(kept) or f"(about {_MARKS[seat]})"


class TicTacToe:
    """X moves first. A move is the number of a cell, 1 to 9."""

    name = "tic_tac_toe"
    title = say("Tic-Tac-Toe")
    summary = say("Three in a row on a board of nine; X moves first.")
    rules_version = "1"
    options: Sequence[Option] = ()
    seats: Mapping[Seat, str] = _MARKS
    open_ended = False
    usual_plies = 8
    engines: Mapping[str, Search] = {
        "novice": Search(depth=2, nodes=1_000, blunder=0.25),
        "perfect": Search(depth=9, nodes=1_000_000),
    }
    exports: Mapping[str, Callable[[Record], str]] = {}

    def variant(self, options: Mapping[str, Any]) -> str:
        """There is one."""
        return "standard"

    def start(self, options: Mapping[str, Any], seed: int) -> Position:
        """The empty board, whatever the seed."""
        return Position(0, 0)

    def read_position(self, text: str) -> Position:
        """Nine of ``X``, ``O`` and ``.``, row by row from the top; ``/``, ``|`` and spaces between them are skipped.

        Empty text is the empty board. :raises BadOption: when it is no board that play can reach.
        """
        marks = re.sub(r"[\s/|]", "", text.upper()) or "." * 9
        if not re.fullmatch(r"[XO.]{9}", marks):
            raise BadOption(
                say(
                    "“{text}” is not a board: write nine of X, O and . from the top left, such as X../.O./...",
                    text=text,
                )
            )
        crosses, noughts = (sum(1 << at for at, mark in enumerate(marks) if mark == side) for side in "XO")
        surplus = crosses.bit_count() - noughts.bit_count()
        if surplus not in (0, 1) or (_WON[crosses] and surplus == 0) or (_WON[noughts] and surplus == 1):
            raise BadOption(
                say("“{text}” cannot come up in play: X moves first, the sides alternate, a win ends it.", text=text)
            )
        return Position(crosses, noughts)

    def to_move(self, position: Position) -> frozenset[Seat]:
        """The side with the turn."""
        crosses, noughts, _ = position
        taken = crosses | noughts
        if taken == _FULL or _WON[crosses] or _WON[noughts]:
            return _NOBODY
        return _TURN[taken.bit_count() & 1]

    def legal_moves(self, position: Position, seat: Seat) -> Sequence[int]:
        """The free cells in order, when it is that side's turn."""
        return _FREE[position.crosses | position.noughts] if seat in self.to_move(position) else ()

    def propose(self, position: Position, seat: Seat) -> Sequence[int]:
        """The free cells, the centre first."""
        return _PROMISING[position.crosses | position.noughts] if seat in self.to_move(position) else ()

    def parse(self, position: Position, seat: Seat, text: str) -> int:
        """The free cell that the reply chooses. :raises MoveRefused: otherwise."""
        _check_counted_from_one(text)
        cell = _VOCABULARIES[seat].choice(_without_talk_of(seat.other, text))
        if cell not in _FREE[position.crosses | position.noughts]:
            taken_by = _mark(position, cell)
            raise Illegal(say("Cell {cell} is already taken by {mark}. Choose a free cell.", cell=cell, mark=taken_by))
        return cell

    def encode(self, move: int) -> str:
        """The cell's number."""
        return str(move)

    def decode(self, position: Position, text: str) -> int:
        """:raises CorruptLog: when that is no free cell."""
        free = _FREE[position.crosses | position.noughts]
        if len(text) != 1 or not text.isdecimal() or int(text) not in free:
            raise CorruptLog(f"“{text}” is no free cell of {_marks(position)}")
        return int(text)

    def show(self, position: Position, move: int) -> str:
        """The cell's number."""
        return str(move)

    def describe(self, position: Position, move: int) -> Mapping[str, Any]:
        """The number, and the cell's other two names."""
        return {"move": str(move), "cell": _address(move), "name": _NAMES[move - 1]}

    def play(self, position: Position, moves: Mapping[Seat, int]) -> Position:
        """One more mark."""
        crosses, noughts, _ = position
        ((seat, cell),) = moves.items()
        bit = 1 << cell - 1
        return Position(crosses | bit, noughts, cell) if seat is Seat.FIRST else Position(crosses, noughts | bit, cell)

    def outcome(self, position: Position) -> Outcome | None:
        """A line of three, or a draw on the full board."""
        crosses, noughts, _ = position
        if _WON[crosses] or _WON[noughts]:
            winner = Seat.FIRST if _WON[crosses] else Seat.SECOND
            line = ", ".join(map(str, sorted(_winning_cells(position))))
            return Outcome(
                winner, "three-in-a-row", say("{side} has three in a row: {cells}.", side=_MARKS[winner], cells=line)
            )
        if crosses | noughts == _FULL:
            return Outcome(None, "full-board", say("The board is full and nobody has three in a row."))
        return None

    def overruled(self, position: Position, move: int) -> None:
        """The rules judge, and nobody overrules them."""

    def adjudicate(self, position: Position) -> Outcome:
        """A draw, unless it is over."""
        why = say("The limit of plies was reached before anybody had three in a row.")
        return self.outcome(position) or Outcome(None, Termination.MAX_PLIES, why)

    def evaluate(self, position: Position, seat: Seat) -> float:
        """Won, lost or drawn at the end; before it, the lines still open to each side."""
        mine, theirs = (position.crosses, position.noughts)[:: 1 if seat is Seat.FIRST else -1]
        if _WON[mine] or _WON[theirs]:
            return 1.0 if _WON[mine] else -1.0
        return sum((not theirs & line) - (not mine & line) for line in _LINE_MASKS) / 10

    def prompt(self, position: Position, seat: Seat) -> str:
        """Rules, the board with the free cells' numbers, and how to answer."""
        return (
            f"You are playing Tic-Tac-Toe as {_MARKS[seat]}. X moves first, then the sides take turns. Three of your "
            "marks in a row, a column or a diagonal win; a full board without them is a draw.\n"
            "Cells have numbers, 1 to 9 from left to right and top to bottom. A cell may also be named by column "
            "(a to c from the left) and row (1 to 3 from the top): a1 is cell 1, c1 is cell 3, b2 is cell 5. "
            "Rows and columns count from 1.\n\n"
            f"The board (a number is a free cell):\n{_drawn(position)}\n\n"
            f"You are {_MARKS[seat]}. Choose a free cell. "
            "Write your move on the last line as: Move: <number of the cell>"
        )

    def board(self, position: Position, seat: Seat | None = None) -> Board:
        """Nine cells, addressed by their numbers."""
        won = _winning_cells(position)
        cells = tuple(_cell(position, cell, won) for cell in _CELLS)
        free = self.legal_moves(position, seat) if seat else ()
        choices = tuple(Choice(str(cell), _label(cell), (str(cell),)) for cell in free)
        return Board(_said(self, position), 3, 3, cells, captions=(_status(self, position),), choices=choices)

    def score(self, position: Position) -> Mapping[Seat, str]:
        """There is none to show."""
        return dict.fromkeys(SEATS, "")


def _address(cell: int) -> str:
    row, column = divmod(cell - 1, 3)
    return f"{'abc'[column]}{row + 1}"


def _mark(position: Position, cell: int) -> str:
    bit = 1 << cell - 1
    return "X" if position.crosses & bit else "O" if position.noughts & bit else ""


def _marks(position: Position) -> str:
    return "".join(_mark(position, cell) or "." for cell in _CELLS)


def _winning_cells(position: Position) -> frozenset[int]:
    sides = (position.crosses, position.noughts)
    won = (line for line, mask in zip(_LINES, _LINE_MASKS, strict=True) if any(side & mask == mask for side in sides))
    return frozenset(cell for line in won for cell in line)


def _drawn(position: Position) -> str:
    rows = (" | ".join(_mark(position, cell) or str(cell) for cell in row) for row in _ROWS)
    return "\n--+---+--\n".join(rows)


def _cell(position: Position, cell: int, won: frozenset[int]) -> Cell:
    row, column = divmod(cell - 1, 3)
    mark = _mark(position, cell)
    emphasis = "win" if cell in won else "last" if cell == position.last else ""
    return Cell(str(cell), row, column, _GLYPHS.get(mark, ""), mark=emphasis, label="" if mark else str(cell))


def _label(cell: int) -> str:
    return say("{cell} ({name})", cell=cell, name=_NAMES[cell - 1])


def _status(game: TicTacToe, position: Position) -> str:
    over = game.outcome(position)
    return over.why if over else say("{side} to move.", side=_MARKS[next(iter(game.to_move(position)))])


def _said(game: TicTacToe, position: Position) -> str:
    cells = (joined([name, _mark(position, cell) or say("free")]) for cell, name in zip(_CELLS, _NAMES, strict=True))
    return joined(
        [
            say("Tic-Tac-Toe board: {cells}.", cells=joined(cells, "; ")),
            _last(position),
            _status(game, position),
        ]
    )


def _last(position: Position) -> str:
    if not position.last:
        return ""
    mark = _mark(position, position.last)
    return say("The last mark was {mark} on cell {cell}.", mark=mark, cell=position.last)


GAME: Final = TicTacToe()
