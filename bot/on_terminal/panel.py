"""A duel as one picture for a terminal: the board, both sides, the moves and how it stands.

Whatever a model or a person said is put in as :class:`rich.text.Text`, cleaned: it can neither colour, nor link, nor
move the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.panel import Panel
from rich.segment import Segment
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bot.catalogue import said
from bot.on_terminal.squares import board_grid
from bot.on_terminal.view import DuelView, SeatView
from engine.model import SEATS
from engine.render.words import ELLIPSIS, Told, clean, cut
from engine.sentences import say

# Beside the board, the sides need this many columns to be read with ease; with fewer they go below it.
SIDES_WIDTH: Final = 28
WORDS_LINES: Final = 3
MOVES_LINES: Final = 3
_GAP: Final = 2
_FRAME: Final = 4
_SIMPLE: Final[Mapping[str, str]] = {"·": "-", "…": "~", "“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "−": "-"}


def duel_panel(view: DuelView, *, width: int, color: bool, unicode: bool = True) -> RenderableType:
    """The whole picture, ``width`` columns wide.

    With ``color`` false it has no styles at all, with ``unicode`` false no character outside ASCII.
    """
    inner = max(width - _FRAME, 20)
    told = partial(said, language=view.language)
    board = board_grid(view.board, color=color, unicode=unicode, told=told)
    board_width = max((cell_len(line.plain) for line in board.split("\n")), default=0)
    room = inner - board_width - _GAP
    beside = room >= SIDES_WIDTH
    sides = _sides(view, room if beside else inner, unicode, told)
    body = _beside(board, sides, room) if beside else Group(board, Text(), sides)
    everything = Group(body, *_standing(view, inner))
    frame = box.ROUNDED if unicode else box.ASCII
    title = _line(view.title, "bold", inner - 4)
    picture: RenderableType = Panel(everything, box=frame, title=title, width=width, border_style="dim")
    picture = picture if unicode else _Ascii(picture)
    return picture if color else _Unstyled(picture)


class _Unstyled:
    """A picture without any style, whatever the console could show."""

    def __init__(self, picture: RenderableType) -> None:
        self._picture = picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        return Segment.strip_styles(console.render(self._picture, options))


class _Ascii:
    """A picture of the same widths in ASCII alone."""

    def __init__(self, picture: RenderableType) -> None:
        self._picture = picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._picture, options):
            yield Segment("".join(map(_ascii, text)), style, control)


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    return _SIMPLE.get(character) or "?" * cell_len(character)


class _Running:
    """The clock of a side that is thinking: it spins, and goes on from ``seconds`` when first shown."""

    def __init__(self, seconds: float, spins: str, told: Told) -> None:
        self._seconds = seconds
        self._told = told
        self._spinner = Spinner(spins, style="cyan")
        self._shown_at: float | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._face(console)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._face(console))

    def _face(self, console: Console) -> RenderableType:
        now = console.get_time()
        if self._shown_at is None:
            self._shown_at = now
        self._spinner.update(text=self._told(duration(self._seconds + now - self._shown_at)))
        return self._spinner.render(now)


class _Clamped:
    """Text that wraps, and ends with an ellipsis where it would take more than so many lines."""

    def __init__(self, text: Text, lines: int) -> None:
        self._text = text
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = self._text.wrap(console, options.max_width)
        shown = lines[: self._lines]
        if len(lines) > self._lines:
            shown[-1].truncate(options.max_width - 1)
            shown[-1].rstrip()
            shown[-1].append(ELLIPSIS)
        yield from shown


def _beside(board: Text, sides: RenderableType, room: int) -> RenderableType:
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(width=room)
    grid.add_row(board, sides)
    return grid


def _sides(view: DuelView, width: int, unicode: bool, told: Told) -> RenderableType:
    parts: list[RenderableType] = []
    for seat in SEATS:
        if seat in view.seats:
            parts += [*_side(view.seats[seat], width, unicode, told), Text()]
    return Group(*parts, _moves(view, width))


def _side(seat: SeatView, width: int, unicode: bool, told: Told) -> Iterator[RenderableType]:
    name = Text.assemble((clean(seat.side), "bold"), " ", clean(seat.player))
    spins = "dots" if unicode else "line"
    if seat.thinking:
        clock: RenderableType = _Running(seat.used_seconds, spins, told)
    else:
        clock = Text(told(duration(seat.used_seconds)))
    heading = Table.grid(padding=(0, 1, 0, 0), expand=True)
    heading.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    heading.add_column(justify="right", no_wrap=True)
    heading.add_row(name, clock)
    yield heading
    yield _line(_spent(seat, told), "yellow" if seat.failed_attempts else "dim", width)
    if seat.words:
        yield _Clamped(Text(f"“{clean(seat.words)}”", style="italic"), WORDS_LINES)


def _spent(seat: SeatView, told: Told) -> str:
    facts = [clean(seat.score)]
    # A person and an engine use none; a model has used some as soon as it was asked.
    if seat.tokens or seat.cost_usd:
        facts += [told(say("{tokens:,} tokens", tokens=seat.tokens)), told(dollars(seat.cost_usd))]
    if seat.failed_attempts:
        facts.append(told(say("{count} failed", count=seat.failed_attempts)))
    return " · ".join(fact for fact in facts if fact)


def _moves(view: DuelView, width: int) -> Text:
    """The last moves, numbered, in as many lines as there is room for."""
    room = width - len(ELLIPSIS) - 2
    lines: list[list[str]] = [[]]
    for number in range(len(view.moves), 0, -1):
        move = cut(f"{number}. {clean(view.moves[number - 1])}", room)
        if cell_len("  ".join([move, *lines[0]])) > room:
            if len(lines) == MOVES_LINES:
                lines[0].insert(0, ELLIPSIS)
                break
            lines.insert(0, [])
        lines[0].insert(0, move)
    text = Text("\n".join("  ".join(line) for line in lines), no_wrap=True, overflow="ellipsis")
    if lines[-1]:
        text.stylize("bold", len(text) - len(lines[-1][-1]))
    return text


def _standing(view: DuelView, width: int) -> Iterator[RenderableType]:
    """What the position is called, who is to move or how it ended, and what one can do."""
    yield Text()
    for caption in view.board.captions:
        yield _line(caption, "", width)
    if view.result is not None:
        yield Text(clean(view.result), style="bold green")
    elif view.status:
        yield Text(clean(view.status))
    if view.hint:
        yield _line(view.hint, "dim", width)


def _line(text: str, style: str, width: int) -> Text:
    line = Text(clean(text), style=style, no_wrap=True)
    line.truncate(max(width, 1), overflow="ellipsis")
    return line


def duration(seconds: float) -> str:
    """``4.2 s`` below a minute, then ``1:05``, then ``1:00:05``."""
    if seconds < 59.95:
        return say("{seconds:.1f} s", seconds=max(seconds, 0.0))
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def dollars(amount: float) -> str:
    """``$0`` for what is free, never ``$0.0000`` for what is not."""
    if amount <= 0:
        return say("$0")
    return say("${dollars:.4f}", dollars=amount) if amount >= 0.0001 else say("<${dollars:.4f}", dollars=0.0001)
