"""The live board: one picture that is replaced on a terminal, one plain line a turn anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from bot.catalogue import said
from bot.on_terminal.panel import duel_panel
from bot.on_terminal.view import DuelView, SeatView
from engine.render.words import clean
from engine.sentences import say

__all__ = ["DuelView", "LiveBoard", "SeatView", "duel_panel"]

_SPINS_PER_SECOND = 6


class LiveBoard:
    """Shows a duel while it is played; a context manager, so that the terminal is whole again whatever happens.

    Without a terminal, on a dumb one, or where colour is not wanted (``NO_COLOR``), each turn is one line of text:
    that can be piped, logged and read aloud.
    """

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console()
        plain = not console.is_terminal or console.is_dumb_terminal or console.no_color
        self._shown: _Shown = _Lines(console) if plain else _Picture(console)

    def __enter__(self) -> LiveBoard:
        return self

    def show(self, view: DuelView) -> None:
        """Replace what is shown."""
        self._shown.show(view)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown.stop()


class _Shown(Protocol):
    def show(self, view: DuelView) -> None: ...
    def stop(self) -> None: ...


class _Picture:
    """A picture that is drawn over itself; the last one stays when it ends.

    While a person is to move it stands still with the cursor below it, so that they can type; the next picture is then
    drawn below what they typed.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._waiting_in: tuple[object, ...] | None = None

    def show(self, view: DuelView) -> None:
        waits = view.result is None and not any(seat.thinking for seat in view.seats.values())
        position = (tuple(view.moves), view.board, view.status)
        if waits and self._waiting_in == position:
            return
        self._waiting_in = position if waits else None
        self._draw(view, still=waits)

    def stop(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def _draw(self, view: DuelView, *, still: bool) -> None:
        console = self._console
        unicode = console.encoding.startswith("utf")
        picture = duel_panel(view, width=console.width, color=console.color_system is not None, unicode=unicode)
        # What is typed meanwhile, a Ctrl-C too, is echoed at the cursor: on a line of its own it shifts nothing.
        over_itself = Group(picture, Text())
        if self._live:
            self._live.update(over_itself, refresh=True)
        elif still:
            console.print(picture)
        else:
            self._live = Live(over_itself, console=console, refresh_per_second=_SPINS_PER_SECOND)
            self._live.start(refresh=True)
        if still:
            self.stop()


class _Lines:
    """A line a turn, and one for the result."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._titled = False
        self._ended = False
        self._turns = 0
        self._printed: list[str] = []

    def show(self, view: DuelView) -> None:
        if not self._titled:
            self._titled = True
            self._print(view.title)
        if len(view.moves) < self._turns:
            self._print(said(say("Taken back to move {number}.", number=len(view.moves)), view.language))
            del self._printed[len(view.moves) :]
        self._turns = len(view.moves)
        # A turn's second half is still to come while somebody thinks; a person who is asked wants to see the first.
        thinking = view.result is None and any(seat.thinking for seat in view.seats.values())
        for number, row in enumerate(view.moves[:-1] if thinking else view.moves):
            if self._printed[number : number + 1] != [row]:
                self._print(f"{number + 1}. {row}")
                self._printed[number : number + 1] = [row]
        if view.result is not None and not self._ended:
            self._ended = True
            self._print(view.result)

    def stop(self) -> None:
        pass

    def _print(self, text: str) -> None:
        # Not through rich's markup or width: a line in a pipe is a line, however long.
        writable = clean(text).encode(self._console.encoding, "replace").decode(self._console.encoding)
        self._console.file.write(writable + "\n")
        self._console.file.flush()
