"""What a community's moderators have decided about players and play, beside its settings: one small document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.arena import audit
from engine.arena.audit import Change
from engine.arena.context import Context, derived_id
from engine.codec import reading
from engine.errors import Conflict
from engine.model import Community, Document, Player

CONDUCT: Final = "conduct"
MAIN: Final = "main"


@dataclass(frozen=True, slots=True)
class Conduct:
    """What holds now.

    Attributes:
        barred: why a player may start nothing here, by the player's name.
        hidden: why no leaderboard shows a player's line, by the player's name.
        links: ids of people that count as another's of the same person, by name, each as it was merged: whoever follows
            an id that is split again follows it as before.
        merged_ms: when ids were merged or split last, so that ratings from before are not shown.
        paused: why all play rests; empty while it does not.
        season: the season in which duels start.
    """

    barred: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    merged_ms: int = 0
    paused: str = ""
    season: str = "1"

    @property
    def merged(self) -> dict[str, str]:
        """The name under which each id's duels count that does not count for itself."""
        return {name: self.root(name) for name in self.links}

    def root(self, name: str) -> str:
        """The name under which the duels of that name count. Links make no circle: what counts as one is not merged."""
        while name in self.links:
            name = self.links[name]
        return name

    @property
    def off_the_boards(self) -> frozenset[str]:
        """The names whose lines no leaderboard shows: whoever is hidden is under each of their ids."""
        return frozenset(map(self.root, self.hidden))

    def counts_as(self, player: Player) -> str:
        """The name under which a player's duels count."""
        return self.root(str(player))

    def why_barred(self, player: Player) -> str:
        """Why a player may start nothing; empty when it may. Whoever is barred is under each of their ids."""
        counts_as = self.counts_as(player)
        return next((why for name, why in self.barred.items() if counts_as == self.root(name)), "")


_NOTHING: Final = Conduct()


async def conduct_of(context: Context, community: Community) -> Conduct:
    """What holds now, as it stands in the store."""
    document = await context.store.document(community, CONDUCT, MAIN)
    return _read(document) if document else _NOTHING


async def decide(
    context: Context, community: Community, change: Change, decided: Callable[[Conduct], Conduct], request_id: str
) -> Conduct:
    """Change what holds, wherever others have come to, with a line of the audit in the same write.

    The same request again changes nothing again, and neither does what holds already. What ``decided`` raises is
    raised.
    """
    key = derived_id(community, request_id, change.what)[:8]
    while True:
        document = await context.store.document(community, CONDUCT, MAIN) or Document(community, CONDUCT, MAIN, {})
        await audit.note_last(context, document)
        old = _read(document)
        new = decided(old)
        if new == old or await audit.is_made(context, community, key):
            return old
        line = replace(change, key=key, at_ms=context.clock.now_ms()).body
        try:
            saved = await context.store.put_document(replace(document, body=_body(new) | {audit.LAST: line}))
        except Conflict:
            continue
        await audit.note_last(context, saved)
        return new


def _body(conduct: Conduct) -> dict[str, Any]:
    return {
        "barred": dict(conduct.barred),
        "hidden": dict(conduct.hidden),
        "merged": dict(conduct.links),
        "merged_ms": conduct.merged_ms,
        "paused": conduct.paused,
        "season": conduct.season,
    }


def _read(document: Document) -> Conduct:
    body = document.body
    with reading("what moderators decided"):
        return Conduct(
            barred=dict(body.get("barred", {})),
            hidden=dict(body.get("hidden", {})),
            links=dict(body.get("merged", {})),
            merged_ms=int(body.get("merged_ms", 0)),
            paused=str(body.get("paused", "")),
            season=str(body.get("season", _NOTHING.season)),
        )
