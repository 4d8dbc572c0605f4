"""The audit: who has decided what for a community, when and why. It only grows.

What stands in a document of its own carries its newest line beside it, in the same write, until the line stands here:
a crash in between loses none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from engine.arena.context import Context
from engine.arena.documents import readable
from engine.errors import Conflict
from engine.model import Community, Document

AUDIT: Final = "audit"
MOST_LINES: Final = 10_000
"""So many of the newest are looked through."""
_PAGE: Final = 100
LAST: Final = "changed"
"""Where a document carries its newest line."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line: what somebody changed, when, and from what to what as they stand in the store.

    ``what`` is a setting, or what a moderator did; ``about`` whom or which duel it was done to. ``key`` is derived from
    the request, so that one which comes again writes no second line.
    """

    at_ms: int
    by: str
    what: str
    old: object = None
    new: object = None
    about: str = ""
    why: str = ""
    key: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """As JSON."""
        line = {"key": self.key, "at": self.at_ms, "by": self.by, "what": self.what, "old": self.old, "new": self.new}
        return line | {name: text for name, text in (("about", self.about), ("why", self.why)) if text}


async def note(context: Context, community: Community, change: Change) -> None:
    """Add a line; the same again is there already."""
    await _write(context, community, change.body)


async def note_last(context: Context, document: Document) -> None:
    """Add the line that a document carries."""
    if last := document.body.get(LAST):
        await _write(context, document.community, last)


async def is_made(context: Context, community: Community, key: str) -> bool:
    """Whether that request has changed something before; a request may come again long after others."""
    async for document in _backwards(context, community):
        if document.body.get("key") == key:
            return True
    return False


async def newest(
    context: Context, community: Community, limit: int, wanted: Callable[[Change], bool] | None = None
) -> list[Change]:
    """The newest ``limit`` lines that are wanted, the newest first; :data:`MOST_LINES` are looked through."""
    found = list[Change]()
    page = _PAGE if wanted else min(limit, _PAGE)
    async for document in _backwards(context, community, page):
        found += filter(wanted or _any, readable([document], _read))
        if len(found) >= limit:
            break
    return found


def _any(_: Change) -> bool:
    return True


async def _backwards(context: Context, community: Community, page: int = _PAGE) -> AsyncIterator[Document]:
    """The newest :data:`MOST_LINES` lines, the newest first, read as they are needed."""
    before, looked_at = None, 0
    while looked_at < MOST_LINES:
        lines = await context.store.last_documents(community, AUDIT, page, before)
        if not lines:
            return
        for document in lines:
            yield document
        before, looked_at = lines[-1].key, looked_at + len(lines)


async def _write(context: Context, community: Community, line: Mapping[str, Any]) -> None:
    key = f"{line['at']:015}-{line['key']}"
    if not await context.store.document(community, AUDIT, key):
        with suppress(Conflict):  # somebody else has just written the same line
            await context.store.put_document(Document(community, AUDIT, key, line))


def _read(document: Document) -> Change:
    body = document.body
    return Change(
        body["at"],
        body["by"],
        body["what"],
        body["old"],
        body["new"],
        body.get("about", ""),
        body.get("why", ""),
        body.get("key", ""),
    )
