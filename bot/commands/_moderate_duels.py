"""``/moderate void``, ``restore``, ``correct`` and ``overrule``: rulings on single duels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Invocation, Reply, Verb
from bot.commands._confirming import SURE, Preview, confirmed
from bot.commands._duel_naming import THIS, heading, result, title
from bot.commands._predictions_said import points
from engine.model import Role, Seat
from engine.options import Kind, Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.arena import Arena
    from engine.arena.decisions import Decide
    from engine.arena.rulings import Foreseen
    from engine.arena.standings import Leaderboard
    from engine.model import Head

_MOST_ROWS: Final = 12
_WHY: Final = Option("why", say("Why; it is noted, and people are told."), required=True, most=200)
_WINNERS: Final = {"first": Seat.FIRST, "second": Seat.SECOND, "draw": None}


async def _preview(asked: Invocation, arena: Arena, decide: Decide) -> Preview:
    head = await arena.duels.find(asked.community, asked.options["duel"])
    seen = await arena.rulings.foresee(head.duel_id, decide, asked.member.id)
    names = await arena.people.names(head.terms)
    players = {str(player): names[seat] for seat, player in head.terms.players.items()}
    now = say("Now: {now}.", now=result(head, names))
    text = joined([await heading(head, arena), now, _then(seen, names), await _stakes(head, arena)], "\n")
    rows = [row for before, after in seen.boards for row in _moved(before, after, players)]
    columns = (say("ladder"), say("player"), say("rating"), say("then"))
    return Preview(text, [columns, *rows[:_MOST_ROWS]] if rows else (), {"duel": head.duel_id})


def _then(seen: Foreseen, names: Mapping[Seat, str]) -> str:
    outcome = seen.after
    if outcome.void:
        return say("Then: void, and it counts for nobody.")
    if outcome.winner is None:
        return say("Then: a draw.")
    return say("Then: {name} wins.", name=names[outcome.winner])


async def _stakes(head: Head, arena: Arena) -> str:
    """That predictions are paid anew; empty where nobody has staked."""
    pool = await arena.predictions.staked(head.duel_id)
    if pool is None:
        return ""
    return counted(
        "{n} member has staked {points} on it, which are paid anew.",
        "{n} members have staked {points} on it, which are paid anew.",
        n=len(pool.sure),
        points=points(sum(stake.points for stake in pool.sure.values())),
    )


def _moved(before: Leaderboard, after: Leaderboard, names: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """How the duel's players stand on a ladder, and how they would."""
    from engine.arena.ladders import INSTALLATION

    ladder = before.ladder
    where = say("{game}, season {season}", game=title(ladder.game), season=ladder.season)
    if ladder.community == INSTALLATION:
        where = say("{game}, all servers", game=title(ladder.game))
    for player, name in names.items():
        now, then = before.of(player), after.of(player)
        rating, other = (f"{one.elo:.0f}" if one else "–" for one in (now, then))
        yield where, name, rating, other


async def _ruled(asked: Invocation, arena: Arena, decide: Decide) -> Head:
    head = await arena.duels.find(asked.community, asked.options["duel"])
    why = asked.options["why"] or ""
    return await arena.rulings.rule(head.duel_id, decide, asked.verb, asked.member.id, why, asked.request_id)


async def _said(head: Head, arena: Arena) -> Reply:
    names = await arena.people.names(head.terms)
    undo = say("Undo it with /moderate restore {duel}.", duel=head.duel_id[:8])
    return Reply(joined([say("Duel {duel}: {now}.", duel=head.duel_id[:8], now=result(head, names)), undo]))


def _void(asked: Invocation) -> Decide:
    from engine.arena import decisions

    return decisions.void(asked.options["why"])


def _restore(_: Invocation) -> Decide:
    from engine.arena import decisions

    return decisions.restore


def _correct(asked: Invocation) -> Decide:
    from engine.arena import decisions

    return decisions.correct(_WINNERS[asked.options["winner"]], asked.options["why"])


async def foresee_void(asked: Invocation, arena: Arena) -> Preview:
    """What the ladders would be without the duel."""
    return await _preview(asked, arena, _void(asked))


async def void(asked: Invocation, arena: Arena) -> Reply:
    """Let a duel count for nobody."""
    return await _said(await _ruled(asked, arena, _void(asked)), arena)


async def foresee_restore(asked: Invocation, arena: Arena) -> Preview:
    """What the ladders would be with the duel as it ended."""
    return await _preview(asked, arena, _restore(asked))


async def restore(asked: Invocation, arena: Arena) -> Reply:
    """Let a duel count as it ended."""
    head = await _ruled(asked, arena, _restore(asked))
    names = await arena.people.names(head.terms)
    return Reply(say("Duel {duel} counts as it ended: {now}.", duel=head.duel_id[:8], now=result(head, names)))


async def foresee_correct(asked: Invocation, arena: Arena) -> Preview:
    """What the ladders would be with the other result."""
    return await _preview(asked, arena, _correct(asked))


async def correct(asked: Invocation, arena: Arena) -> Reply:
    """Give a duel another result."""
    return await _said(await _ruled(asked, arena, _correct(asked)), arena)


async def foresee_overrule(asked: Invocation, arena: Arena) -> Preview:
    """What the answer would count for; and, of a duel that is over, what the ladders would be."""
    from engine.arena.decisions import overrule as decide

    head = await arena.duels.find(asked.community, asked.options["duel"])
    turn, why = asked.options["turn"], asked.options["why"]
    answer = await arena.rulings.answer(head.duel_id, turn)
    said = say("Turn {turn}, “{answer}”:", turn=turn, answer=answer.text)
    then = say("it was refused, and will count.") if answer.refused else say("it counted, and will be refused.")
    if not answer.over:
        text = joined([await heading(head, arena), joined([said, then, say("The duel goes on.")])], "\n")
        return Preview(text, meant={"duel": head.duel_id})
    preview = await _preview(asked, arena, decide(turn, why, asked.member.id))
    return Preview(joined([joined([said, then]), preview.text], "\n"), preview.lines, preview.meant)


async def overrule(asked: Invocation, arena: Arena) -> Reply:
    """Let an answer count the other way."""
    head = await arena.duels.find(asked.community, asked.options["duel"])
    turn, why = asked.options["turn"], asked.options["why"]
    head = await arena.rulings.overrule(head.duel_id, turn, asked.member.id, why, asked.request_id)
    if head.outcome:
        return await _said(head, arena)
    return Reply(say("Turn {turn} counts the other way. The duel goes on.", turn=turn))


VERBS: Final = (
    Verb(
        "void",
        say("Let a duel count for nobody."),
        confirmed(foresee_void, void),
        (THIS, _WHY, SURE),
        positional=2,
        rest=True,
        form=("duel", "why"),
        role=Role.MODERATOR,
    ),
    Verb(
        "restore",
        say("Let a duel count as it ended, whatever was ruled."),
        confirmed(foresee_restore, restore),
        (THIS, Option("why", say("Why; it is noted."), most=200), SURE),
        positional=2,
        rest=True,
        form=("duel",),
        role=Role.MODERATOR,
    ),
    Verb(
        "correct",
        say("Give a duel another result."),
        confirmed(foresee_correct, correct),
        (
            THIS,
            Option("winner", say("Which seat won, or a draw."), required=True, choices=("first", "second", "draw")),
            _WHY,
            SURE,
        ),
        positional=3,
        rest=True,
        form=("duel", "winner", "why"),
        role=Role.MODERATOR,
    ),
    Verb(
        "overrule",
        say("Let an answer of Word Association count the other way."),
        confirmed(foresee_overrule, overrule),
        (
            THIS,
            Option("turn", say("The number of the answer in the chain."), Kind.INTEGER, required=True, least=1),
            _WHY,
            SURE,
        ),
        positional=3,
        rest=True,
        form=("duel", "turn", "why"),
        role=Role.MODERATOR,
    ),
)
