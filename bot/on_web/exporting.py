"""A duel as a download."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.on_web.hiding import Hide
from bot.on_web.http import Response
from engine.arena import Arena
from engine.model import Agreed, Entry, Head, Player

# As the store makes them for people (uuid4().hex); "arena" and the names of programs are nobody's.
_PERSON: Final = re.compile(r"[0-9a-f]{32}")


async def download(head: Head, form: str, arena: Arena, hide: Hide, *, strangers: bool) -> Response:
    """The duel in that format, with what the community hides hidden.

    ``strangers``: people stand in it by numbers of their own, for ours would tell which duels are by the same person
    after their name is erased.

    :raises UnknownName: when the game has no such format.
    """
    from engine.arena.exports import MEDIA, SUFFIX, export

    names = await arena.people.names(head.terms)
    record, entries = await arena.duels.record(head.duel_id, names)
    content = export(record, entries, form)
    if strangers:
        content = _numbered(content, entries)
    name = f"{head.terms.game}-{head.duel_id[:8]}.{SUFFIX.get(form, form)}"
    headers = {
        "Content-Type": MEDIA.get(form, "text/plain; charset=utf-8"),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(200, hide(content).encode(), headers)


def _numbered(content: str, entries: Sequence[Entry]) -> str:
    for number, person in enumerate(dict.fromkeys(_people(entries)), start=1):
        content = content.replace(person, f"member-{number}")
    return content


def _people(entries: Sequence[Entry]) -> Iterator[str]:
    """Our ids of all who stand in a log, in its order."""
    for entry in entries:
        body = entry.body
        seated = body.terms.players.values() if isinstance(body, Agreed) else [getattr(body, "player", None)]
        ids = [player.id for player in seated if isinstance(player, Player)]
        if isinstance(body, Agreed):
            ids.append(body.terms.started_by)
        ids.append(getattr(body, "by", ""))
        yield from filter(_PERSON.fullmatch, ids)
