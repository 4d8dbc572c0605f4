"""The console script's commands that rate counted results without an arena: whoever doubts a table can redo it."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from bot.catalogue import said
from engine.errors import UnknownName, UserError
from engine.sentences import say

Told = Callable[[str], str]

COLUMNS: Final = ("first", "second", "wins", "draws", "losses")


def declare(commands: Any, told: Told) -> None:
    """Add the commands to those of ``arena``; ``told`` says a sentence in the reader's language."""
    rate = commands.add_parser("rate", help=told(say("rate players from a table of results")))
    columns = ",".join(COLUMNS)
    rate.add_argument(
        "file",
        metavar="FILE.csv",
        help=told(
            say("columns {columns}: wins and losses are the first seat's; - reads standard input", columns=columns)
        ),
    )
    rate.add_argument("--no-draws", action="store_true", help=told(say("fit no draws: each counts as half a win")))
    rate.add_argument("--no-advantage", action="store_true", help=told(say("fit no advantage of the first seat")))
    rate.add_argument(
        "--anchor",
        metavar="PLAYER=ELO",
        action="append",
        default=[],
        help=told(say("a player whose rating is known; may be given again")),
    )
    rate.add_argument("--json", action="store_true", help=told(say("one JSON object")))
    rate.set_defaults(run=_rate)

    sprt = commands.add_parser(
        "sprt", help=told(say("say whether a match may stop: the sequential probability ratio test"))
    )
    for name, help_ in (
        ("wins", say("duels that the first player has won")),
        ("losses", say("duels that it has lost")),
        ("draws", say("duels that were drawn")),
    ):
        sprt.add_argument(name, metavar=name.upper(), type=int, help=told(help_))
    sprt.add_argument("--elo0", type=float, default=0.0, help=told(say("“no better than this” (0)")))
    sprt.add_argument("--elo1", type=float, default=50.0, help=told(say("“at least this much better” (50)")))
    sprt.add_argument(
        "--alpha", type=float, default=0.05, help=told(say("how often elo1 may be accepted wrongly (0.05)"))
    )
    sprt.add_argument(
        "--beta", type=float, default=0.05, help=told(say("how often elo0 may be accepted wrongly (0.05)"))
    )
    sprt.add_argument("--json", action="store_true", help=told(say("one JSON object")))
    sprt.set_defaults(run=_sprt)


def _rate(arguments: argparse.Namespace) -> int:
    from engine.ratings import Model, fit

    plain = arguments.no_draws and arguments.no_advantage
    model = Model(not arguments.no_draws, not arguments.no_advantage, prior=not plain)
    with _opened(arguments.file) as file:
        rows = list(_rows(file))
    fitted = fit(rows, _anchors(arguments.anchor, rows), model)
    if arguments.json:
        players = [
            {"player": one.player, "elo": one.elo, "low": one.low, "high": one.high, "strength": one.strength}
            | {"games": one.games, "score": one.score, "rank": rank}
            for one, rank in zip(fitted.players, fitted.ranks(), strict=True)
        ]
        _print_json({"players": players, "first_advantage_elo": fitted.advantage_elo, "draw": fitted.draw})
        return 0
    told = _told(arguments)
    if not fitted.players:
        sys.stdout.write(told(say("The table is empty: nobody to rate.")) + "\n")
    width = max((len(one.player) for one in fitted.players), default=0)
    for one, rank in zip(fitted.players, fitted.ranks(), strict=True):
        interval = f"{one.low:.0f} … {one.high:.0f}"
        sys.stdout.write(f"{rank:4}  {one.player:{width}}  {one.elo:5.0f}  {interval:>13}  {one.score:g}/{one.games}\n")
    if model.advantage and fitted.players:
        sys.stdout.write(told(say("The first seat is worth {elo} Elo.", elo=f"{fitted.advantage_elo:+.0f}")) + "\n")
    return 0


def _opened(name: str) -> IO[str]:
    if name == "-":
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UserError(say("{file} cannot be read: {reason}.", file=name, reason=error.strerror or error)) from error


def _rows(file: IO[str]) -> Iterator[Any]:
    """:raises UserError: for a row that is none, with its line."""
    from engine.ratings import Row

    read = csv.DictReader(file)
    try:
        missing = [column for column in COLUMNS if column not in (read.fieldnames or ())]
        if missing:
            raise UserError(
                say(
                    "The table has no column “{column}”: its first line must be {columns}.",
                    column=missing[0],
                    columns=",".join(COLUMNS),
                )
            )
        for row in read:
            if not any(value for value in row.values()):
                continue
            counts = [_count(row[column], read.line_num) for column in COLUMNS[2:]]
            first, second = ((row[column] or "").strip() for column in COLUMNS[:2])
            if not first or not second:
                raise UserError(say("Line {line} names no player in one of its seats.", line=read.line_num))
            yield Row(first, second, *counts)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(say("This file is no table of results with commas between its columns.")) from error


def _count(text: str | None, line: int) -> int:
    text = (text or "").strip()
    if not text.isascii() or not text.isdecimal():
        raise UserError(say("Line {line}: “{text}” is no number of duels.", line=line, text=text))
    return int(text)


def _anchors(given: list[str], rows: Sequence[Any]) -> dict[str, float]:
    anchors = {}
    players = {name for row in rows for name in row[:2]}
    for text in given:
        name, _, elo = text.rpartition("=")
        try:
            anchors[name] = float(elo)
        except ValueError:
            name = ""
        if not name:
            raise UserError(say("--anchor wants PLAYER=ELO, not “{text}”.", text=text))
        if name not in players:
            raise UnknownName(say("player of the table"), name, players)
    return anchors


def _sprt(arguments: argparse.Namespace) -> int:
    from engine.ratings import Bounds, sprt

    bounds = Bounds(arguments.elo0, arguments.elo1, arguments.alpha, arguments.beta)
    found = sprt((arguments.losses, arguments.draws, arguments.wins), bounds)
    if arguments.json:
        _print_json(
            {"llr": found.llr, "lower": found.lower, "upper": found.upper, "elo": _finite(found.elo)}
            | {"elo_error": _finite(found.elo_error), "los": found.los, "accepted": found.accepted}
        )
        return 0
    told = _told(arguments)
    decided = {
        None: say("Undecided: play on."),
        0: say("Stop: no better than {elo} Elo.", elo=f"{bounds.elo0:g}"),
        1: say("Stop: at least {elo} Elo better.", elo=f"{bounds.elo1:g}"),
    }
    error = "∞" if _finite(found.elo_error) is None else f"{found.elo_error:.1f}"
    elo = f"{found.elo:+.1f}" if _finite(found.elo) is not None else "+∞" if found.elo > 0 else "-∞"
    sys.stdout.write(f"Elo {elo} ± {error}   LOS {found.los:.1%}\n")
    sys.stdout.write(f"LLR {found.llr:.2f} ({found.lower:.2f} … {found.upper:.2f})\n")
    sys.stdout.write(told(decided[found.accepted]) + "\n")
    return 0


def _finite(number: float) -> float | None:
    """JSON has no infinity: whoever has won everything has no Elo."""
    return number if abs(number) < float("inf") else None


def _told(arguments: argparse.Namespace) -> Callable[[str], str]:
    return lambda text: said(text, arguments.settings.language)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
