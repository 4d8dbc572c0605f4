"""A bracket laid out: boxes and lines, the losers' side below the winners'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.render.figures import Knockout
from engine.render.scene import Box, Item, Scene
from engine.render.sheet import MARGIN, SMALL, TEXT, TITLE, Sheet
from engine.render.words import squeeze, width_of
from engine.sentences import say
from engine.tournaments.model import From, Node, Source

WIDE: Final = 190
MOST_TALL: Final = 32
_GAP: Final = 30
_LINE: Final = 20
_TALL: Final = 2 * _LINE
_STEP: Final = _TALL + 22
_HEADING: Final = 26


@dataclass(frozen=True, slots=True)
class _Placed:
    """A match and the corner of its box, in units."""

    node: Node
    x: float
    y: float

    @property
    def middle(self) -> float:
        """Half its height."""
        return self.y + _TALL / 2


def lay_out_knockout(knockout: Knockout, sheet: Sheet) -> Scene:
    """The scene of a bracket, without the first levels of a side that have more than :data:`MOST_TALL` matches."""
    nodes = knockout.bracket.nodes
    winners, losers = ([node for node in nodes if node.name.startswith(letter)] for letter in "WL")
    winners, losers = _latest(winners), _latest(losers)
    top = float(MARGIN + TITLE + 20)
    above = _side(winners, top + (_HEADING if losers else 0))
    below = _side(losers, max((one.y for one in above.values()), default=top) + _TALL + _HEADING + 22)
    placed = {**above, **below}
    placed |= _finals([node for node in nodes if node.name[0] not in "WL" and not _needless(node)], placed)
    width = max(one.x for one in placed.values()) + WIDE + MARGIN
    bottom = max(one.y for one in placed.values()) + _TALL
    items: list[Item] = list(sheet.title(sheet.said(knockout.title), width - 2 * MARGIN))
    for heading, side in ((say("Winners’ side"), above), (say("Losers’ side"), below)):
        if losers and side:
            y = min(one.y for one in side.values()) - 18
            items.append(sheet.words(MARGIN, y, sheet.said(heading), TEXT, sheet.theme.faint, bold=True))
    shown = [one for one in placed.values() if not _needless(one.node)]
    for one in shown:
        items += _ways(one, placed, sheet)
    for one in shown:
        items += _match(one, knockout.names, sheet)
    return Scene(sheet.px(width), sheet.px(bottom + MARGIN), sheet.theme.paper, tuple(items))


def _needless(node: Node) -> bool:
    """Whether nobody ever plays in it: a second final, or a match between two free places."""
    return node.closed and not any(node.entrants)


def _latest(side: Sequence[Node]) -> list[Node]:
    """The levels of a side from the first that is low enough."""
    counts = [node.level for node in side]
    first = next((level for level in sorted(set(counts)) if counts.count(level) <= MOST_TALL), 0)
    return [node for node in side if node.level >= first]


def _side(side: Sequence[Node], top: float) -> dict[str, _Placed]:
    """A tree from left to right: each match between those that it comes from."""
    placed: dict[str, _Placed] = {}
    first = min((node.level for node in side), default=0)
    fresh = 0
    for node in side:
        before = [placed[str(source.of)] for source in node.sides if _leads(source, placed)]
        if before:
            y = sum(one.y for one in before) / len(before)
        else:
            y = top + fresh * _STEP
            fresh += 1
        placed[node.name] = _Placed(node, MARGIN + (node.level - first) * (WIDE + _GAP), y)
    return placed


def _leads(source: Source, placed: Mapping[str, _Placed]) -> bool:
    return source.kind is From.WINNER and source.of in placed


def _finals(nodes: Sequence[Node], placed: Mapping[str, _Placed]) -> dict[str, _Placed]:
    """The grand finals right of everything, the match for the third place below the final."""
    found: dict[str, _Placed] = {}
    last = max(placed.values(), key=lambda one: one.x)
    right = last.x
    for node in nodes:
        before = [placed[str(source.of)] for source in node.sides if _leads(source, placed)]
        if before:
            right += WIDE + _GAP
            found[node.name] = _Placed(node, right, before[0].y)
        elif any(source.of in found for source in node.sides):
            right += WIDE + _GAP
            found[node.name] = _Placed(node, right, max(one.y for one in found.values()))
        else:
            found[node.name] = _Placed(node, last.x, last.y + _STEP)
    return found


def _ways(one: _Placed, placed: Mapping[str, _Placed], sheet: Sheet) -> Iterator[Item]:
    """The line from a match to the one where its winner goes on."""
    target = placed.get(one.node.winner_to[0]) if one.node.winner_to else None
    if target is None or one.node.winner_to is None:
        return
    thick, colour = sheet.px(1.4), sheet.theme.line if one.node.winner is None else sheet.theme.faint
    start, end = round((one.x + WIDE) * sheet.scale), round(target.x * sheet.scale)
    bend = end - sheet.px(_GAP / 2)
    y = round(one.middle * sheet.scale)
    to = round((target.y + _LINE * (one.node.winner_to[1] + 0.5)) * sheet.scale)
    yield Box(start, y, bend - start, thick, colour)
    yield Box(bend, min(y, to), thick, abs(to - y) + thick, colour)
    yield Box(bend, to, end - bend, thick, colour)


def _match(one: _Placed, names: Mapping[str, str], sheet: Sheet) -> Iterator[Item]:
    theme, node = sheet.theme, one.node
    x, y = round(one.x * sheet.scale), round(one.y * sheet.scale)
    yield sheet.words(one.x + 1, one.y - 4, node.name, SMALL - 2, theme.faint)
    yield Box(x, y, sheet.px(WIDE), sheet.px(_TALL), theme.panel, sheet.px(5), theme.line, sheet.px(1))
    yield Box(x + sheet.px(1), y + sheet.px(_LINE), sheet.px(WIDE) - 2 * sheet.px(1), 1, theme.line)
    for side, who in enumerate(node.entrants):
        baseline = one.y + _LINE * side + _LINE / 2 + 4.5
        score = _score(node, side)
        room = WIDE - 18 - (width_of(score, TEXT, bold=True) + 6 if score else 0)
        wins = who is not None and who == node.winner
        fill = theme.ink if who is not None and (wins or node.winner is None) else theme.faint
        shown = sheet.said(names.get(who, who) if who is not None else _awaited(node, side))
        size = TEXT - 1 if who is not None else SMALL
        text = squeeze(shown, size * (1.05 if wins else 1), room)
        yield sheet.words(one.x + 9, baseline, text, size, fill, bold=wins)
        if score:
            yield sheet.words(one.x + WIDE - 8, baseline, score, TEXT - 1, fill, anchor="end", bold=wins)


def _score(node: Node, side: int) -> str:
    if node.result is None or not node.result.played:
        return ""
    return f"{(node.result.first, node.result.second)[side]:g}"


def _awaited(node: Node, side: int) -> str:
    """Who is to come, where nobody is yet or ever."""
    source = node.sides[side]
    if node.closed:
        return say("free")
    if source.kind is From.SEED:
        return say("seed {n}", n=source.of)
    if source.kind is From.WINNER:
        return say("winner of {match}", match=source.of)
    return say("loser of {match}", match=source.of)
