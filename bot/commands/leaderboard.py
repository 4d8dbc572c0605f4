"""``/leaderboard``: who is how good, on the ladders of this community."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from bot.commands import Acknowledged, Button, CommandSpec, Invocation, Reply, Verb, _figures
from bot.commands import _leaderboard_choice as choice
from bot.commands import _leaderboard_history as past
from bot.commands._duel_naming import PLAYER_HELP, names_of, player, title
from bot.commands._leaderboard_export import WRITERS
from bot.commands._leaderboard_said import EFFORT, RESULTS, VIEWS, heading_of, interval, moves_of, rating
from engine.errors import BadOption, UserError
from engine.options import Kind, Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.standings import Leaderboard, Standing

PAGE: Final = 15
_OTHERS: Final = 5
_LOOKED_AT: Final = 12
_HUMAN: Final = "human/"
_LONGEST: Final = 70
"""Of a button's options without the page: a platform carries 100 characters with the command."""


async def show(asked: Invocation, arena: Arena) -> Reply:
    """A ladder's players, strongest first; those whom the intervals do not tell apart share a rank."""
    boards = await choice.boards(asked, arena)
    if not boards:
        return Reply(await choice.none(asked, arena), private=False)
    board = await arena.ladders.board(boards[0].ladder)
    lines = [one for one in board.standings if _wanted(one, asked.options["who"])]
    pages = max(1, -(-len(lines) // PAGE))
    page = min(asked.options["page"], pages)
    shown = lines[(page - 1) * PAGE : page * PAGE]
    names = await names_of((one.player for one in shown), arena)
    heading, row = VIEWS[asked.options["columns"]]
    rows = [row(one, names[one.player]) for one in shown]
    about = [
        say("{heading}:", heading=heading_of(board)),
        counted("{n} rated duel.", "{n} rated duels.", n=board.duels),
        *([say("Page {page} of {pages}.", page=page, pages=pages)] if pages > 1 else []),
    ]
    closed = await choice.closed(asked, board, arena)
    text = joined([joined(about, " "), *closed, *_about_ranks(rows), *_elsewhere(boards[1:])], "\n")
    return Reply(
        text,
        private=False,
        lines=[heading, *rows] if rows else [],
        buttons=_turning(board, asked, page, pages),
        figure=_figures.leaderboard(heading_of(board), shown, names) if shown else None,
    )


async def compare(asked: Invocation, arena: Arena) -> Reply:
    """Two players of one ladder: their ratings, their duels, and what may be expected of the next."""
    first, second = [str(await player(asked.options[name], asked, arena)) for name in ("first", "second")]
    if first == second:
        raise BadOption(say("Name two different players."))
    board, one, other = await _together(asked, first, second, arena)
    names = await names_of([first, second], arena)
    there, back = await arena.ladders.met(board.ladder, first, second)
    wins, draws, losses = there.wins + back.losses, there.draws + back.draws, there.losses + back.wins
    as_first = board.expected(one, other), board.expected(other, one)
    rows = [
        (say("rating"), rating(one), rating(other)),
        (say("95 %"), interval(one), interval(other)),
        (say("won, drawn against one another"), f"{wins}, {draws}", f"{losses}, {draws}"),
        (say("expected score, first seat"), f"{as_first[0]:.0%}", f"{as_first[1]:.0%}"),
        (say("expected score, second seat"), f"{1 - as_first[1]:.0%}", f"{1 - as_first[0]:.0%}"),
    ]
    return Reply(heading_of(board), private=False, lines=[("", names[first], names[second]), *rows])


async def _together(asked: Invocation, first: str, second: str, arena: Arena) -> tuple[Leaderboard, Standing, Standing]:
    """The busiest ladder that holds both. :raises UserError: when there is none."""
    for known in (await choice.boards(asked, arena))[:_LOOKED_AT]:
        board = await arena.ladders.board(known.ladder)
        one, other = board.of(first), board.of(second)
        if one and other:
            return board, one, other
    raise UserError(say("The two are on no ladder here together. See who is: /leaderboard show"))


async def export(asked: Invocation, arena: Arena) -> Reply:
    """A ladder as a file, with every player and figure."""
    boards = await choice.boards(asked, arena)
    if not boards:
        return Reply(await choice.none(asked, arena))
    board = await arena.ladders.board(boards[0].ladder)
    names = await names_of((one.player for one in board.standings), arena)
    wanted = asked.options["format"]
    file = (f"leaderboard-{board.ladder.game}-{board.ladder.season}.{wanted}", WRITERS[wanted](board, names))
    return Reply(say("{heading}: every player, as {format}.", heading=heading_of(board), format=wanted), file=file)


def _wanted(one: Standing, who: str) -> bool:
    return who == "all" or one.player.startswith(_HUMAN) == (who == "people")


def _about_ranks(rows: Sequence[object]) -> Iterable[str]:
    if not rows:
        yield say("Nobody of that kind is on this ladder yet.")
    else:
        yield say("Players share a rank where their 95 % intervals do not tell them apart.")


def _elsewhere(boards: Sequence[Leaderboard]) -> Iterable[str]:
    if boards:
        names = [
            say(
                "{game} ({variant}, {moves}), season {season}",
                game=title(board.ladder.game),
                variant=board.ladder.variant,
                moves=moves_of(board.ladder.modes),
                season=board.ladder.season,
            )
            for board in boards[:_OTHERS]
        ]
        yield say("Other ladders here: {ladders}.", ladders=joined(names, "; "))


def _turning(board: Leaderboard, asked: Invocation, page: int, pages: int) -> list[list[Button]]:
    given = ("season", "moves", "variant", "where", "columns")
    kept = {"game": board.ladder.game} | {name: asked.options[name] for name in given if asked.options.get(name)}
    kept = {name: value for name, value in kept.items() if value not in (choice.HERE, RESULTS)}
    if asked.options["who"] != "all":
        kept["who"] = asked.options["who"]
    if len(urlencode(kept)) > _LONGEST:
        return []
    wanted = ((say("Back"), page - 1), (say("Next"), page + 1))
    row = [
        Button(label, "leaderboard", "show", {**kept, "page": str(number)})
        for label, number in wanted
        if 1 <= number <= pages
    ]
    return [row] if row else []


_WHICH: Final = (
    Option("game", say("Which game's."), completes="games"),
    Option("season", say("Which season's.")),
    Option("moves", say("Which move mode's: free, listed, constrained, or none between people and engines.")),
    Option("variant", say("Which variant's.")),
    Option(
        "where",
        say("Of this server, or of all servers of this arena."),
        choices=(choice.HERE, choice.EVERYWHERE),
        default=choice.HERE,
    ),
)

COMMAND = CommandSpec(
    "leaderboard",
    say("Who is how good here."),
    (
        Verb(
            "show",
            say("Show a leaderboard."),
            show,
            (
                *_WHICH,
                Option("who", say("Only these."), choices=("all", "models", "people"), default="all"),
                Option(
                    "columns",
                    say("Results, or the effort: failed attempts, forfeits, time and cost."),
                    choices=(RESULTS, EFFORT),
                    default=RESULTS,
                ),
                Option("page", say("Which page."), Kind.INTEGER, default=1, least=1),
            ),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "compare",
            say("Compare two players of a leaderboard."),
            compare,
            (
                Option("first", PLAYER_HELP, required=True, completes="players"),
                Option("second", PLAYER_HELP, required=True, completes="players"),
                *_WHICH,
            ),
            positional=2,
            acknowledged=Acknowledged.PUBLIC,
            form=("first", "second"),
        ),
        Verb(
            "history",
            say("Show how the ratings of a leaderboard came about."),
            past.history,
            (
                *_WHICH,
                Option(
                    "player", say("Only this player's; the six strongest if you leave it out."), completes="players"
                ),
            ),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "export",
            say("Give a leaderboard as a file."),
            export,
            (
                *_WHICH,
                Option("format", say("What it is written as."), choices=("csv", "json"), default="csv"),
            ),
            positional=1,
        ),
    ),
)
